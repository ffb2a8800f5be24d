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
        app.MapGet("/", (IHttpClientFactory clients) => clients.CreateClient("catalog").GetStringAsync(new Uri("/items", UriKind.Relative)));
        app.Run();
    }
}
