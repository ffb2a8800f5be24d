namespace Mesh.Client.Sources.Xds;

/// <summary>What config servers of our own say of this process itself.</summary>
internal sealed partial class XdsClient
{
    private readonly List<OwnResource> _ownResources = [];
    private readonly HashSet<OwnResource> _changedOwn = [];

    /// <summary>Asks for it, for as long as the process runs.</summary>
    public void Ask(OwnResource resource)
    {
        lock (_gate)
        {
            _ownResources.Add(resource);
            _own?.Update();
            _connection?.Wake();
        }
    }

    /// <summary>What is known of it; null: there is no config server.</summary>
    public OwnAnswer? Read(OwnResource resource)
    {
        lock (_gate)
        {
            return resource.Resource is { } known ? new OwnAnswer(known.Name, known.Value, known.Version, known.Trouble) : null;
        }
    }

    // Under the gate. Other control planes may know this process by another name.
    private void AskForOwn(XdsTarget target)
    {
        OwnService? former = _own;
        _own = target is { IsConfigured: true, Bootstrap: null }
            ? new OwnService(_store, Mesh.Model.Xds.XdsNames.Of(target.Identity.Name, target.Identity.Namespace), _ownResources) : null;
        _ownResources.ForEach(static resource => resource.Resource = null);
        _own?.Update();
        former?.Dispose();
        _changedOwn.UnionWith(_ownResources);
    }

    // Under the gate.
    private void NoteOwn(IEnumerable<XdsResource> told) =>
        _changedOwn.UnionWith(_ownResources.Where(own => own.Resource is { } resource && told.Contains(resource)));

    // Without the gate.
    private void TellOwn()
    {
        OwnResource[] changed;
        lock (_gate)
        {
            changed = [.. _changedOwn];
            _changedOwn.Clear();
        }

        Array.ForEach(changed, static resource => resource.Changed());
    }
}
