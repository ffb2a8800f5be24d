using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Telemetry;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>What a stream asks for and what it brings.</summary>
internal sealed partial class XdsClient
{
    /// <summary>Whether anything is asked for; a server that nobody has a question for is not connected to.</summary>
    internal bool HasQuestions
    {
        get
        {
            lock (_gate)
            {
                return _store.Wanted.Any();
            }
        }
    }

    /// <summary>Something was known before any server had answered.</summary>
    internal bool HasCache { get; private set; }

    /// <summary>A stream to a config server of our own begins.</summary>
    internal DeltaProtocol BeginDelta(AdsConnection connection, XdsTarget target)
    {
        lock (_gate)
        {
            return new DeltaProtocol(_store, XdsNode.Of(target.Identity, _instance, _connection == connection ? _seen : null));
        }
    }

    /// <summary>A stream to a server of a bootstrap begins.</summary>
    internal SotwProtocol BeginSotw(XdsTarget target, Dictionary<XdsResourceType, string> accepted, XdsServer server)
    {
        lock (_gate)
        {
            return new SotwProtocol(_store, XdsNode.Of(target.Bootstrap!.Node), accepted, server.Features);
        }
    }

    /// <summary>A stream is over: it asks for nothing any more.</summary>
    internal void End<TRequest, TResponse>(IAdsProtocol<TRequest, TResponse> protocol)
    {
        lock (_gate)
        {
            protocol.End();
        }
    }

    /// <summary>What the stream is to send now.</summary>
    internal IReadOnlyList<TRequest> Flush<TRequest, TResponse>(AdsConnection connection, IAdsProtocol<TRequest, TResponse> protocol)
    {
        lock (_gate)
        {
            if (connection != _connection)
            {
                return [];
            }

            IReadOnlyList<TRequest> requests = protocol.Flush(_time.GetTimestamp());
            ArmExpiry(ResourceStore.AnswerWithin);
            return requests;
        }
    }

    /// <summary>Takes a response.</summary>
    /// <param name="connection">Whose it is.</param>
    /// <param name="address">The server.</param>
    /// <param name="server">What it says of itself; null: nothing.</param>
    /// <param name="take">Enters what it says.</param>
    /// <exception cref="ServerBehindException">The server has yet to learn what another one has said already.</exception>
    internal void Take(AdsConnection connection, Uri address, Wire.ControlPlane? server, Func<long, IReadOnlyList<XdsResource>> take)
    {
        ServerState? state = ServerState.Of(server);
        ServerState? before;
        (XdsResource Resource, string Trouble, bool IsNone)[] troubled;
        lock (_gate)
        {
            if (connection != _connection)
            {
                return;
            }

            if (state is not null && _seen is not null && state.IsBehind(_seen))
            {
                throw new ServerBehindException(state, _seen);
            }

            before = _seen;
            if (state is not null && before is not null && state.Mesh != before.Mesh)
            {
                _store.ForgetKept();
            }

            _seen = state ?? _seen;
            _isServerGone = false;
            _connectedTo = address;
            _lastAnswer = _time.GetTimestamp();
            IReadOnlyList<XdsResource> told = take(_time.GetTimestamp());
            troubled = [.. told.Distinct().Where(resource => resource.TakeNewTrouble()).Select(resource => (resource, resource.Trouble!, resource.Value is null))];
            Update(told);
            ArmExpiry(ResourceStore.AnswerWithin);
            if (told.Any(resource => resource.Type == XdsResourceType.Cluster))
            {
                KeepCertificates();
            }

            _cache.Keep(Snapshot, OnKept);
        }

        if (before is not null && state is not null && state.Mesh != before.Mesh)
        {
            Guarded.Log(() => _logger.MeshChanged(XdsServer.TextOf(address), state.Mesh, state.ToString(), before.Mesh, before.ToString()));
        }

        foreach ((XdsResource resource, string trouble, bool isNone) in troubled)
        {
            string consequence = isNone ? "There is none before it: its service cannot be called by it." : "The one before it stays in force.";
            Guarded.Log(() => _logger.ResourceRefused(resource.Type.ShortName, resource.Name, trouble, consequence));
        }

        TellAll();
    }

    /// <summary>The newest state of the mesh that any server told of; null: none yet.</summary>
    internal ServerState? Seen
    {
        get
        {
            lock (_gate)
            {
                return _seen;
            }
        }
    }

    /// <summary>The stream to this server is the one that counts.</summary>
    internal void OnConnected(AdsConnection connection, Uri address)
    {
        lock (_gate)
        {
            _connectedTo = connection == _connection ? address : _connectedTo;
        }
    }

    /// <summary>No server is to be had for now: what is waited for may take long.</summary>
    internal void OnGone(AdsConnection connection)
    {
        lock (_gate)
        {
            if (connection != _connection || _isServerGone)
            {
                return;
            }

            _isServerGone = true;
            foreach (ResourceAssembly assembly in _watches.Keys.ToArray())
            {
                Update(assembly);
            }
        }

        TellAll();
    }

    /// <summary>The stream is over. What was learnt stays.</summary>
    internal void OnDisconnected(AdsConnection connection)
    {
        lock (_gate)
        {
            if (connection == _connection)
            {
                _connectedTo = null;
                _store.ForgetQuestions();
            }
        }
    }

    private void ArmExpiry(TimeSpan after)
    {
        if (!_isExpiryArmed && !_isDisposed)
        {
            _isExpiryArmed = true;
            _expiry.Change(after, Timeout.InfiniteTimeSpan);
        }
    }

    private void Expire()
    {
        AdsConnection? stuck = null;
        XdsResource? overdue = null;
        lock (_gate)
        {
            _isExpiryArmed = false;
            if (_target?.Bootstrap is { } bootstrap)
            {
                GiveUp(bootstrap);
            }
            else if (_store.Overdue(_time.GetTimestamp(), TicksOf(ResourceStore.AnswerWithin)) is { } silent)
            {
                overdue = silent;
                _store.ForgetQuestions();
                stuck = _connection;
            }

            if (_store.Wanted.Any(resource => resource.AskedAt is not null))
            {
                ArmExpiry(TimeSpan.FromSeconds(1));
            }

        }

        stuck?.Leave($"It has said nothing of {overdue!.Type} '{overdue.Name}' for {ResourceStore.AnswerWithin.TotalSeconds:0} s.");
        TellAll();
    }

    // A server of the state of the world has no word for "there is none" but its silence. A config server of ours has one.
    private void GiveUp(XdsBootstrap bootstrap)
    {
        bool isTransient = _connectedTo is { } server && bootstrap.ServerAt(server).Features.HasFlag(XdsServerFeatures.ResourceTimerIsTransientError);
        TimeSpan patience = isTransient ? ResourceStore.GivenUpAfter : ResourceStore.AnswerWithin;
        IReadOnlyList<XdsResource> expired = _store.Expire(_time.GetTimestamp(), TicksOf(patience), isTransient);
        Update(expired);
        if (expired.Count > 0)
        {
            _connection?.Wake();
        }
    }

    private long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);
}
