using System.Collections.Immutable;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Registry;

/// <summary>The mesh as clients see it: what the documents say, with the processes that have registered.</summary>
internal sealed class LiveMesh : IMeshStates, IDisposable
{
    private readonly Lock _gate = new();
    private readonly IMeshStates _documents;
    private readonly MeshRegistry _registry;
    private readonly GracePeriod _grace;
    private readonly bool _isNew;
    private readonly StateFeed _feed;
    private readonly ChangeBatches _batches;
    private readonly IDisposable _subscription;

    // What the state in force was made of.
    private MeshState? _base;

    public LiveMesh(
        IMeshStates documents, MeshRegistry registry, GracePeriod grace, RegistryOptions options, TimeProvider time, ILogger<LiveMesh> logger)
    {
        (_documents, _registry, _grace, _isNew, _feed) = (documents, registry, grace, options.IsNew, new StateFeed(logger));
        _batches = new ChangeBatches(options.BatchInterval, time, Update);
        registry.Changed += _batches.Add;
        _subscription = documents.Subscribe(_ => Follow());
        grace.Ended += EndGrace;
        EndGrace();
    }

    public MeshState Current
    {
        get
        {
            // Who has written a document and asks again sees it, even while others are told of it.
            Follow();
            return _feed.Current;
        }
    }

    public IDisposable Subscribe(Action<MeshState> observer) => _feed.Subscribe(observer);

    /// <summary>Ends when what has changed of the registry until now is in force, which is soon.</summary>
    /// <returns>The step from which on all states have it.</returns>
    public async Task<long> ShowAsync(CancellationToken cancellationToken)
    {
        await _batches.PublishedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            return _feed.Current.Step;
        }
    }

    public void Dispose()
    {
        _registry.Changed -= _batches.Add;
        _grace.Ended -= EndGrace;
        _subscription.Dispose();
        _batches.Dispose();
    }

    // Always the newest documents, for who tells of them may come late.
    private void Follow()
    {
        lock (_gate)
        {
            MeshState documents = _documents.Current;
            if (ReferenceEquals(documents, _base))
            {
                return;
            }

            IEnumerable<KeyValuePair<string, MeshService>> joined = _registry.Names()
                .Select(name => KeyValuePair.Create(name, Join(name, documents)!)).Where(pair => pair.Value is not null);
            MeshState state = documents with
            {
                Services = documents.Services.SetItems(joined), Step = _feed.Current.Step + 1, IsRecovering = !_grace.IsOver, IsNew = _isNew,
            };
            _base = documents;
            _feed.Set(state);
        }

        _feed.Deliver();
    }

    private void Update(IReadOnlyCollection<string> names)
    {
        lock (_gate)
        {
            MeshState before = _feed.Current;
            ImmutableDictionary<string, MeshService> services = before.Services;
            List<string> changed = [];
            foreach (string name in names)
            {
                MeshService? service = Join(name, _base!);
                if (!ReferenceEquals(service, before.Services.GetValueOrDefault(name)))
                {
                    services = service is null ? services.Remove(name) : services.SetItem(name, service);
                    changed.Add(name);
                }
            }

            if (changed.Count == 0)
            {
                return;
            }

            _feed.Set(before with { Services = services, Step = before.Step + 1, ChangedServices = [.. changed] });
        }

        _feed.Deliver();
    }

    private void EndGrace()
    {
        lock (_gate)
        {
            MeshState before = _feed.Current;
            if (!_grace.IsOver || !before.IsRecovering)
            {
                return;
            }

            _feed.Set(before with { Step = before.Step + 1, ChangedServices = [], IsRecovering = false });
        }

        _feed.Deliver();
    }

    // The same object as in the state in force, where it says the same. Null: there is no such service.
    private MeshService? Join(string name, MeshState documents)
    {
        MeshService? document = documents.Services.GetValueOrDefault(name);
        if ((document is null && HostOwners.OwnerOf(documents, name) is not null) || _registry.EndpointsOf(name) is not { } registered)
        {
            return document;
        }

        ImmutableArray<MeshEndpoint> endpoints = registered.JoinedTo(document?.Endpoints ?? []);
        bool hasSameRules = ReferenceEquals(document, _base?.Services.GetValueOrDefault(name))
            && (document is not null || ReferenceEquals(documents.Defaults, _base?.Defaults));
        return hasSameRules && _feed.Current.Services.GetValueOrDefault(name) is { Endpoints: { } known } same && known.SequenceEqual(endpoints)
            ? same
            : (document ?? documents.Defaults with { Name = name }) with { Endpoints = endpoints };
    }
}
