using Shop;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceMesh();
builder.Services.AddGrpcClient<Pricing.PricingClient>(o => o.Address = new("http://pricing"));
builder.Services.AddHttpClient<ReviewsClient>(c => c.BaseAddress = new("http://reviews"));

var app = builder.Build();
var version = app.Configuration["Mesh:Service:Version"];

app.MapGet("/items/{id:int}", async (int id, Pricing.PricingClient pricing, ReviewsClient reviews, CancellationToken cancellation) =>
{
    var price = await pricing.GetAsync(new PriceRequest { Item = id }, cancellationToken: cancellation);
    var review = await reviews.GetAsync(id, cancellation);
    return new { Name = $"Item {id}", price.Cents, review.Stars, Catalog = version };
});
app.Run();

internal sealed class ReviewsClient(HttpClient http)
{
    public async Task<Review> GetAsync(int id, CancellationToken cancellation) =>
        (await http.GetFromJsonAsync<Review>($"/items/{id}", cancellation))!;
}

internal sealed record Review(int Stars);
