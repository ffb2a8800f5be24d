using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Documentation;

/// <summary>What the documentation takes its reader to have already. It is there to be compiled against: none of it runs.</summary>
public static class Reader
{
    public static WebApplicationBuilder builder => throw new NotSupportedException();

    public static WebApplication pricing => throw new NotSupportedException();

    public static IServiceCollection services => throw new NotSupportedException();

    public static IConfiguration configuration => throw new NotSupportedException();

    public static ILoggerFactory loggers => throw new NotSupportedException();

    public static HttpRequestMessage request => throw new NotSupportedException();

    /// <summary>A typed client.</summary>
    public sealed class CatalogClient(HttpClient http)
    {
        public Task<string> GetItemsAsync(CancellationToken cancellation) => http.GetStringAsync(new Uri("/items", UriKind.Relative), cancellation);
    }
}
