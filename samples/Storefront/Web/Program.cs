var builder = WebApplication.CreateBuilder(args);
builder.AddServiceMesh();
builder.Services.AddHttpClient<CatalogClient>(c => c.BaseAddress = new("http://catalog"));

var app = builder.Build();
app.MapGet("/items/{id:int}", (int id, CatalogClient catalog, CancellationToken cancellation) => catalog.GetAsync(id, cancellation));
app.Run();

internal sealed class CatalogClient(HttpClient http)
{
    public Task<Item?> GetAsync(int id, CancellationToken cancellation) =>
        http.GetFromJsonAsync<Item>($"/items/{id}", cancellation);
}

internal sealed record Item(string Name, int Cents, int Stars, string Catalog);
