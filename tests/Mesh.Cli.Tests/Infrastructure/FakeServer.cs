using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Tests.Infrastructure;

/// <summary>Answers as a test says, which no config server would.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <param name="answers">By path, JSON. All others are 500.</param>
    public static Task<FakeServer> StartAsync(params (string Path, string Json)[] answers) => StartAsync(context =>
    {
        string? json = answers.FirstOrDefault(answer => context.Request.Path == "/" + answer.Path).Json;
        context.Response.StatusCode = json is null ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
        return context.Response.WriteAsync(json ?? "", context.RequestAborted);
    });

    public static async Task<FakeServer> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FakeServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
