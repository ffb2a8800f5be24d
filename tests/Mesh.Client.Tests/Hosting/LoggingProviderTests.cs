using System.Collections.Concurrent;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Hosting;

/// <summary>Logging providers that send over HTTP: the mesh logs, and they may ask for what it has its part in.</summary>
public sealed class LoggingProviderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_logging_provider_may_use_clients_of_the_factory(bool isMeshed)
    {
        await using Backend catalog = await Backend.StartAsync("one");
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(
                ("Mesh:Services:catalog:Endpoints:0", catalog.Address),
                ("Mesh:UnknownSettings", "Warn"),
                ("Mesh:Bogus", "1"));
            IHttpClientBuilder logs = builder.Services.AddHttpClient("logs", client => client.BaseAddress = new Uri("http://catalog/"));
            if (!isMeshed)
            {
                logs.RemoveServiceMesh();
            }

            builder.Services.AddSingleton<ILoggerProvider, HttpLoggerProvider>();
            builder.AddServiceMesh();
        });

        Assert.Equal("one", await app.Client(isMeshed ? "logs" : "").GetTextAsync("http://catalog/"));
        HttpLoggerProvider provider = app.Services.GetServices<ILoggerProvider>().OfType<HttpLoggerProvider>().Single();
        Assert.Single(provider.Lines, line => line.StartsWith("'catalog' has 1 endpoints", StringComparison.Ordinal));
        Assert.Single(provider.Lines, line => line.StartsWith("Unknown setting Mesh:Bogus", StringComparison.Ordinal));
    }

    private sealed class HttpLoggerProvider(IHttpClientFactory clients) : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Send(formatter(state, exception));

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }

        // A client is made, as a provider that sends would do; what it would send is kept.
        private void Send(string line)
        {
            using HttpClient client = clients.CreateClient("logs");
            Lines.Enqueue(line);
        }
    }
}
