using Mesh.Client.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting;

/// <summary>
/// Raises the default timeout of the mesh's clients to the longest time that a route allows: the client's own 100 s would end such a
/// call. A timeout that the application set stays, wherever it did so.
/// </summary>
internal sealed class MeshClientTimeout(IServiceProvider services, IOptionsMonitor<MeshClientOptions> clients) : IConfigureNamedOptions<HttpClientFactoryOptions>
{
    private static readonly TimeSpan s_default = TimeSpan.FromSeconds(100);

    public void Configure(HttpClientFactoryOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, HttpClientFactoryOptions options)
    {
        if (!clients.Get(name).IsRemoved)
        {
            options.HttpClientActions.Add(Raise);
        }
    }

    // The settings are read for clients of the mesh alone; others work without them.
    private void Raise(HttpClient client)
    {
        if (client.Timeout == s_default && services.GetRequiredService<SettingsMonitor>().Current.LongestTimeout is { } longest && longest > s_default)
        {
            client.Timeout = longest;
        }
    }
}
