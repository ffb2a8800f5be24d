using Mesh.Client.Sources.Xds.Cache;

namespace Mesh.Client.Sources.Xds;

/// <summary>What is kept for a start without a server.</summary>
internal sealed partial class XdsClient
{
    private (XdsResourceType Type, string Name, SentResource Sent)[] Read(CacheContent? kept) => kept is null ? [] :
    [
        .. from resource in kept.Resources
           let type = XdsResourceType.Find(resource.Type)
           where type is not null
           let content = resource.ToAny()
           select (type, resource.Name, new SentResource(resource.Name, resource.Version, content, _store.Read(type, resource.Name, content))),
    ];

    // Under the gate.
    private void Restore(ServerState? state, (XdsResourceType Type, string Name, SentResource Sent)[] kept)
    {
        _seen ??= state;
        foreach ((XdsResourceType type, string name, SentResource sent) in kept)
        {
            _store.Restore(type, name, sent);
        }

        if (kept.Length > 0)
        {
            HasCache = true;
            KeepCertificates();
        }
    }

    private CacheContent? Snapshot()
    {
        lock (_gate)
        {
            if (_target is not { IsConfigured: true } target)
            {
                return null;
            }

            ILookup<bool, CachedResource> told = _store.All.Where(resource => resource is { State: XdsResourceState.Exists, IsFromCache: false })
                .ToLookup(resource => resource.IsStale, resource => new CachedResource(resource.Type.Url, resource.Name, resource.Version, resource.Bytes));
            CacheContent content = new(target, _seen, [.. told[false]])
            {
                Former = [.. told[true]],
                Gone = [.. _store.Gone.Select(gone => (gone.Type.Url, gone.Name))],
            };
            _store.ForgetGone();
            return content;
        }
    }
}
