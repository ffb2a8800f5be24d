using Mesh.Client.Identity;
using Mesh.Model.Identity;

namespace Mesh.Client.Sources.Xds;

/// <summary>Has the identity of this process believe whom the config server says, as soon as it says so, from the moment there is an identity.</summary>
internal sealed class TrustFollower : IDisposable
{
    private readonly XdsClient _client;
    private readonly ITrustingSource _identity;
    private readonly OwnResource _resource;
    private int _isAsked;

    public TrustFollower(XdsClient client, ITrustingSource identity)
    {
        (_client, _identity) = (client, identity);
        _resource = new OwnResource(XdsResourceType.TrustBundle, static _ => Mesh.Model.Xds.TrustBundleCodec.Name, Update);
        identity.Changed += Begin;
        Begin();
    }

    public void Dispose() => _identity.Changed -= Begin;

    private void Begin()
    {
        if (_identity.Current is not null && Interlocked.Exchange(ref _isAsked, 1) == 0)
        {
            _client.Ask(_resource);
        }
    }

    private void Update()
    {
        if (_client.Read(_resource)?.Value is TrustBundle trust)
        {
            _identity.Trust(trust);
        }
    }
}
