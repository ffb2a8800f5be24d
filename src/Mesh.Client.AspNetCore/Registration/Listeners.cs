using System.Collections.Concurrent;
using Mesh.Client.AspNetCore.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>
/// Kestrel's listeners, wherever they come from: <c>--urls</c>, the settings, code. Which protocols one speaks is told nowhere else. An application that
/// calls <c>ConfigureEndpointDefaults</c> itself takes the place of this: its listeners are not seen, and not guarded.
/// </summary>
internal sealed class Listeners(ListenerTls tls) : IConfigureOptions<KestrelServerOptions>
{
    private readonly ConcurrentQueue<ListenOptions> _all = new();

    public void Configure(KestrelServerOptions options) => options.ConfigureEndpointDefaults(listener =>
    {
        _all.Enqueue(listener);
        tls.Guard(listener);
    });

    /// <summary>What the listener at an address speaks, as the server writes the address once it listens; null: it was not seen.</summary>
    public HttpProtocols? ProtocolsOf(string address) => _all.LastOrDefault(listener => listener.ToString() == address)?.Protocols;
}
