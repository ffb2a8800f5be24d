namespace Mesh.Client.TestShop;

/// <summary>An application as users write it, for tests that start it as users test theirs: with WebApplicationFactory.</summary>
public sealed class ShopFront
{
    public static void Main(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.AddServiceMesh();
        builder.Services.AddHttpClient("catalog", client => client.BaseAddress = new Uri("http://catalog"));
        WebApplication app = builder.Build();
        app.MapGet("/", async (IHttpClientFactory clients) =>
        {
            using HttpResponseMessage items = await clients.CreateClient("catalog").GetAsync(new Uri("/items", UriKind.Relative));
            return Results.Text(await items.Content.ReadAsStringAsync(), statusCode: (int)items.StatusCode);
        });
        app.Run();
    }
}
