using Mesh.Client.Sources;
using Mesh.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting;

/// <summary>
/// Raises the default timeout of a client whose base address is a service to the longest time that a route of the service allows: the
/// client's own 100 s would end such a call. A timeout that the application set stays, and so does the default of all other clients.
/// </summary>
internal sealed class MeshClientTimeout(IServiceProvider services, IOptionsMonitor<MeshClientOptions> clients) : IPostConfigureOptions<HttpClientFactoryOptions>
{
    private static readonly TimeSpan s_default = TimeSpan.FromSeconds(100);

    // After all that the application configures, so that its base address and its timeout are seen.
    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        if (!clients.Get(name).IsRemoved)
        {
            options.HttpClientActions.Add(Raise);
        }
    }

    private void Raise(HttpClient client)
    {
        if (client.Timeout == s_default && client.BaseAddress is { } address && LongestTimeout(address) is { } longest && longest > s_default)
        {
            client.Timeout = longest;
        }
    }

    // The settings are read for clients of the mesh alone; others work without them.
    private TimeSpan? LongestTimeout(Uri address)
    {
        SettingsSnapshot settings = services.GetRequiredService<SettingsMonitor>().Current;
        return settings.Services.TryGetValue(settings.NameOf(address), out MeshService? service)
            ? service.Routes.Max(route => route.Timeout)
            : null;
    }
}
