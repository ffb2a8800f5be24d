using Google.Protobuf;
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
        XdsTarget target;
        ServerState? seen;
        (bool IsStale, XdsResourceType Type, string Name, string Version, Lazy<ByteString> Bytes)[] resources;
        (string, string)[] gone;
        lock (_gate)
        {
            if (_target is not { IsConfigured: true } configured)
            {
                return null;
            }

            if (configured.CacheDirectory is null)
            {
                _store.ForgetGone();
                return null;
            }

            target = configured;
            seen = _seen;
            resources =
            [
                .. _store.All.Where(resource => resource is { State: XdsResourceState.Exists, IsFromCache: false })
                    .Select(resource => (resource.IsStale, resource.Type, resource.Name, resource.Version, resource.Bytes)),
            ];
            gone = [.. _store.Gone.Select(gone => (gone.Type.Url, gone.Name))];
        }

        // Without the gate: endpoints that were patched are encoded here.
        ILookup<bool, CachedResource> told = resources.ToLookup(
            resource => resource.IsStale, resource => new CachedResource(resource.Type.Url, resource.Name, resource.Version, resource.Bytes.Value));
        return new CacheContent(target, seen, [.. told[false]]) { Former = [.. told[true]], Gone = gone };
    }

    private void OnKept(CacheContent content)
    {
        lock (_gate)
        {
            _store.ForgetGone(content.Gone);
        }
    }
}
