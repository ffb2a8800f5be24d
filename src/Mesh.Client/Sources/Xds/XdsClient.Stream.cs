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
                return _watches.Count > 0;
            }
        }
    }

    /// <summary>Something was known before any server had answered.</summary>
    internal bool HasCache { get; private set; }

    /// <summary>A stream begins.</summary>
    internal DeltaProtocol Begin(AdsConnection connection, XdsTarget target)
    {
        lock (_gate)
        {
            return new DeltaProtocol(_store, XdsNode.Of(target.Identity, _instance, _connection == connection ? _seen : null));
        }
    }

    /// <summary>What the stream is to send now.</summary>
    internal IReadOnlyList<Wire.DeltaDiscoveryRequest> Flush(DeltaProtocol protocol)
    {
        lock (_gate)
        {
            IReadOnlyList<Wire.DeltaDiscoveryRequest> requests = protocol.Flush(_time.GetTimestamp());
            ArmExpiry(ResourceStore.AnswerWithin);
            return requests;
        }
    }

    /// <summary>Takes a response.</summary>
    /// <exception cref="ServerBehindException">The server has yet to learn what another one has said already.</exception>
    internal void Take(AdsConnection connection, DeltaProtocol protocol, Uri address, Wire.DeltaDiscoveryResponse response)
    {
        // Before the gate: calls to services that are new wait behind it.
        ServerState? state = ServerState.Of(response.ControlPlane);
        IReadOnlyList<SentResource> contents = protocol.Read(response);
        ServerState? before;
        List<(XdsResource Resource, string? Trouble)> troubled;
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
            _seen = state ?? _seen;
            _connectedTo = address;
            _lastAnswer = _time.GetTimestamp();
            troubled = [.. Troubled(response)];
            IReadOnlyList<XdsResource> told = protocol.Take(response, contents, _time.GetTimestamp());
            Update(told);
            ArmExpiry(ResourceStore.AnswerWithin);
            if (response.TypeUrl == XdsResourceType.Cluster.Url)
            {
                KeepCertificates();
            }

            _cache.Keep(Snapshot);
        }

        if (before is not null && state is not null && state.Mesh != before.Mesh)
        {
            Guarded.Log(() => _logger.MeshChanged(address.GetLeftPart(UriPartial.Authority), state.Mesh, state.ToString(), before.Mesh, before.ToString()));
        }

        foreach ((XdsResource resource, string? former) in troubled)
        {
            if (resource.Trouble is { } trouble && trouble != former)
            {
                string consequence = resource.Value is null ? "There is none before it: its service cannot be called by it." : "The one before it stays in force.";
                Guarded.Log(() => _logger.ResourceRefused(resource.Type.ShortName, resource.Name, trouble, consequence));
            }
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

    private IEnumerable<(XdsResource Resource, string? Trouble)> Troubled(Wire.DeltaDiscoveryResponse response) =>
        XdsResourceType.Find(response.TypeUrl) is { } type
            ? response.Resources.Select(resource => resource.Name)
                .Concat(response.ResourceErrors.Select(error => error.ResourceName?.Name ?? ""))
                .Distinct(StringComparer.Ordinal)
                .Select(name => _store.Find(type, name)).OfType<XdsResource>()
                .Select(resource => (resource, resource.Trouble))
            : [];

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
        XdsResource? overdue;
        lock (_gate)
        {
            _isExpiryArmed = false;
            long patience = (long)(ResourceStore.AnswerWithin.TotalSeconds * _time.TimestampFrequency);
            overdue = _store.Overdue(_time.GetTimestamp(), patience);
            if (overdue is not null)
            {
                _store.ForgetQuestions();
                stuck = _connection;
            }
            else if (_store.Wanted.Any(resource => resource.AskedAt is not null))
            {
                ArmExpiry(TimeSpan.FromSeconds(1));
            }
        }

        stuck?.Leave($"It has said nothing of {overdue!.Type} '{overdue.Name}' for {ResourceStore.AnswerWithin.TotalSeconds:0} s.");
    }
}
