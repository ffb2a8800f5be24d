using DnsClient;

namespace Mesh.Client.Sources.Dns;

/// <summary>Asks name servers for services. The system's resolver cannot: it knows addresses alone.</summary>
internal sealed class NameServers(DnsOptions options)
{
    // Made when it is first needed, and again where that failed: it reads the system's settings.
    private readonly Lazy<LookupClient> _client = new(() => new LookupClient(OptionsFor(options)), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The answer that a name server gave. Errors throw, and so does what is no answer.</summary>
    public Task<IDnsQueryResponse> AskForServicesAsync(string name, CancellationToken cancellationToken) =>
        _client.Value.QueryAsync(name, QueryType.SRV, QueryClass.IN, cancellationToken);

    private static LookupClientOptions OptionsFor(DnsOptions options)
    {
        LookupClientOptions client = options.NameServers.Count == 0 ? new LookupClientOptions() : new LookupClientOptions([.. options.NameServers]);

        // How long an answer holds is decided in one place, ours.
        client.UseCache = false;

        // Two tries a server, so that within the limit of a look-up the second server, and a third, is asked where the first is dead.
        client.Timeout = TimeSpan.FromSeconds(1);
        client.Retries = 1;

        // What is larger may be lost on its way in fragments (the DNS flag day of 2020); over TCP it is not.
        client.ExtendedDnsBufferSize = 1232;
        client.ThrowDnsErrors = true;
        client.UseRandomNameServer = false;
        return client;
    }
}
