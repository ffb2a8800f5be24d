using Mesh.Client.Sources.Dns;
using Mesh.Model;

namespace Mesh.Client.Sources;

/// <summary>
/// Puts the endpoints that DNS names stand for in the names' place, in what a source says of one service, and says it again whenever they
/// change.
/// </summary>
internal sealed class DnsExpansion(DnsLookups lookups, Action<SourceAnswer> observer) : IDisposable
{
    private readonly Lock _gate = new();
    private Dictionary<DnsName, DnsLookup> _followed = [];
    private SourceAnswer _given = SourceAnswer.NotKnown;
    private bool _isDisposed;

    /// <summary>Passes on what the source says now.</summary>
    public void Take(SourceAnswer answer)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            // The old ones are left last, so that a name that stays is not looked up anew.
            Dictionary<DnsName, DnsLookup> before = _followed;
            _given = answer;
            _followed = NamesIn(answer).Distinct().ToDictionary(name => name, name => lookups.Follow(name, Tell));
            Leave(before);
            Tell();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Leave(_followed);
            _followed = [];
        }
    }

    private static IEnumerable<DnsName> NamesIn(SourceAnswer answer) =>
        (answer.Endpoints ?? []).Where(endpoint => endpoint.Lookup != EndpointLookup.None).Select(DnsName.Of);

    private void Leave(Dictionary<DnsName, DnsLookup> followed)
    {
        foreach (DnsName name in followed.Keys)
        {
            lookups.Leave(name, Tell);
        }
    }

    // Told under the gate, so that two answers never overtake each other.
    private void Tell()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            // Before the endpoints are gathered: a look-up may end at any moment, and one that ended in between would be taken for one that
            // found nothing.
            bool isPartial = _followed.Values.Any(lookup => lookup.Answer is null);
            observer(_followed.Count == 0 ? _given : _given with
            {
                Endpoints = [.. _given.Endpoints!.Value.SelectMany(Expand)],
                IsPartial = isPartial || _given.IsPartial,
            });
        }
    }

    private IEnumerable<MeshEndpoint> Expand(MeshEndpoint endpoint) =>
        endpoint.Lookup == EndpointLookup.None ? [endpoint]
        : _followed[DnsName.Of(endpoint)].Answer is { } answer ? answer.Targets.Select(target => Found(endpoint, target))
        : [];

    private static MeshEndpoint Found(MeshEndpoint endpoint, DnsTarget target) => endpoint with
    {
        Host = target.Host,
        Port = target.Port ?? endpoint.Port,
        Weight = endpoint.Weight * target.Weight,
        SrvPriority = target.Priority,
        Lookup = EndpointLookup.None,
        FoundBy = VerifiedNameOf(endpoint),
    };

    // Of a service that is its domain, _http._tcp left out, and not the host that DNS answers with: whoever forges the answer would
    // choose the certificate, too.
    private static string VerifiedNameOf(MeshEndpoint endpoint) =>
        endpoint.Lookup == EndpointLookup.Services ? endpoint.Host.Split('.', 3)[2] : endpoint.Host;
}
