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

            MeshState state = Joined(Concerned(documents), documents) with { IsRecovering = !_grace.IsOver, IsNew = _isNew };
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
            MeshState state = Joined(names, _base!) with { IsRecovering = before.IsRecovering, IsNew = before.IsNew };
            if (state.ChangedServices.IsEmpty)
            {
                return;
            }

            _feed.Set(state);
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

    // The services that may be others by these documents.
    private HashSet<string> Concerned(MeshState documents)
    {
        MeshState before = _base ?? MeshState.Empty;
        IEnumerable<string> registered = ReferenceEquals(_base?.Defaults, documents.Defaults) ? [] : _registry.Names();
        IEnumerable<string> taken = MeshChanges.Hosts(before, documents)
            .SelectMany(host => HostOwners.NamesOf(host, before).Concat(HostOwners.NamesOf(host, documents)));
        return new HashSet<string>([.. registered, .. MeshChanges.Services(before, documents), .. taken], StringComparer.Ordinal);
    }

    // The next state, in which these services are what the documents and the registry say.
    private MeshState Joined(IReadOnlyCollection<string> names, MeshState documents)
    {
        MeshState before = _feed.Current;
        ImmutableDictionary<string, MeshService>.Builder services = before.Services.ToBuilder();
        foreach (string name in names)
        {
            if (Join(name, documents) is { } service)
            {
                services[name] = service;
            }
            else
            {
                services.Remove(name);
            }
        }

        MeshState state = documents with { Services = services.ToImmutable(), Written = documents.Services, Step = before.Step + 1 };
        return state with { ChangedServices = [.. names.Where(name => MeshChanges.IsOther(name, before, state))] };
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
