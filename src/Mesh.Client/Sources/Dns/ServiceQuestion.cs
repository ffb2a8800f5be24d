using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Mesh.Model.Documents;

namespace Mesh.Client.Sources.Dns;

/// <summary>
/// Asks for the services of a name (SRV records, RFC 2782): hosts with ports, weights and priorities.
/// </summary>
internal sealed class ServiceQuestion(string name, NameServers servers, IHostResolver hosts)
{
    // Where a host's own look-up fails, what it had the last time holds, as for a name that is looked up by itself.
    private volatile FrozenDictionary<string, string[]> _lastKnown = FrozenDictionary<string, string[]>.Empty;

    public async Task<DnsAnswer> AskAsync(CancellationToken cancellationToken)
    {
        IDnsQueryResponse response = await servers.AskForServicesAsync(name, cancellationToken).ConfigureAwait(false);
        AddressRecord[] given = [.. response.AllRecords.AddressRecords()];
        SrvRecord[] records = [.. response.Answers.SrvRecords().Where(IsUsable)];
        string[] names = [.. records.Select(HostOf).Distinct()];
        (string[] Addresses, Exception? Failure)[] found =
            await Task.WhenAll(names.Select(host => AddressesAsync(host, given, cancellationToken))).ConfigureAwait(false);
        if (found.All(host => host.Addresses.Length == 0))
        {
            return found.FirstOrDefault(host => host.Failure is not null).Failure is { } failure ? throw failure : DnsAnswer.Nothing;
        }

        FrozenDictionary<string, string[]> known = names.Zip(found).ToFrozenDictionary(host => host.First, host => host.Second.Addresses, StringComparer.Ordinal);
        _lastKnown = known;
        return new DnsAnswer([.. records.SelectMany(record => known[HostOf(record)].Select(address => Target(record, address)))], TimeToLive(records, given));
    }

    // A lone dot says that there is no such service. What is no host name is not handed to the system.
    private static bool IsUsable(SrvRecord record) => record.Port > 0 && Names.IsDotted(HostOf(record));

    private static string HostOf(SrvRecord record) => HostOf(record.Target);

    private static string HostOf(DnsString name) => name.Value.TrimEnd('.').ToLowerInvariant();

    // No weight at all means hardly any calls, which is the least that there is.
    private static DnsTarget Target(SrvRecord record, string address) => new(address, record.Port, Math.Max((int)record.Weight, 1), record.Priority);

    private static TimeSpan TimeToLive(SrvRecord[] records, AddressRecord[] given)
    {
        HashSet<string> hosts = [.. records.Select(HostOf)];
        return TimeSpan.FromSeconds(records.Select(record => record.TimeToLive)
            .Concat(given.Where(record => hosts.Contains(HostOf(record.DomainName))).Select(record => record.TimeToLive))
            .Min());
    }

    /// <summary>The addresses that came along with the answer, else those that the system's resolver finds.</summary>
    private async Task<(string[] Addresses, Exception? Failure)> AddressesAsync(string host, AddressRecord[] given, CancellationToken cancellationToken)
    {
        IPAddress[] along = [.. given.Where(record => HostOf(record.DomainName) == host).Select(record => record.Address)];
        try
        {
            IPAddress[] addresses = along.Length > 0 ? along : await hosts.ResolveAsync(host, cancellationToken).ConfigureAwait(false);
            return ([.. UsableAddresses.Of(addresses)], null);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return (_lastKnown.GetValueOrDefault(host) ?? [], failure);
        }
    }
}
