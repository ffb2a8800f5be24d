using Mesh.Client.HealthChecks;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;
using Mesh.Client.Transport;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>
/// One endpoint of one service, with all that was learnt of it. It lives as long as its address is listed; settings come and go
/// around it.
/// </summary>
internal sealed class Endpoint : BalancedEndpoint, IDisposable
{
    /// <summary>Whether it is in, out, or on probation.</summary>
    public EjectionState Ejection;

    private readonly MeshedService _service;

    // Made by the first call: of many endpoints most get none.
    private volatile EndpointTransport? _transport;
    private TransportSettings _settings;
    private volatile HealthChecker? _checker;
    private volatile bool _isRemoved;
    private long _leavingSince = long.MaxValue;
    private ITimer? _stay;

    public Endpoint(MeshedService service, MeshEndpoint description, TransportSettings settings, TimeSpan seed)
        : base(service.Runtime.Clock, seed)
    {
        _service = service;
        _settings = settings;
        Description = description;
        Hash = StableHash.Of(description.Authority.ToLowerInvariant());
        Ejection = new EjectionState(service.Runtime.Clock);
    }

    /// <summary>What the source says of it. Version, labels and weight may change; the address is what it is.</summary>
    public MeshEndpoint Description { get; set; }

    /// <summary>What sends to it now. A send that finds it disposed was overtaken by a change: the next pick has another.</summary>
    public EndpointTransport Transport => _transport ?? Open();

    /// <summary>What holds for its connections. Changes under the service's gate.</summary>
    public TransportSettings Settings => _settings;

    public override int Weight => Description.Weight;

    public override ulong Hash { get; }

    /// <summary>True once the source no longer lists it.</summary>
    public bool IsRemoved => _isRemoved;

    /// <summary>What asks it whether it is well; null: nobody does.</summary>
    public HealthChecker? Checker => _checker;

    /// <summary>It says that it is about to stop. Changes under the service's gate.</summary>
    public bool IsLeaving => LeavingSince != long.MaxValue;

    /// <summary>Since when it says so; beyond all time stamps where it does not.</summary>
    public long LeavingSince => Volatile.Read(ref _leavingSince);

    /// <summary>Whether it is to stay, and its health checks leave it in. Changes under the service's gate.</summary>
    public bool IsWell => !IsLeaving && _checker is not { Record.IsWell: false };

    /// <summary>Whether it gets calls by these rules.</summary>
    public bool IsReady(MeshService settings) => IsWell && (Ejection.IsReady || settings.OutlierDetection.ConsecutiveErrors == 0);

    /// <summary>Whether a call may have to find out if it is back.</summary>
    public bool AwaitsProbe(MeshService settings) => IsWell && !Ejection.IsReady && settings.OutlierDetection.ConsecutiveErrors > 0;

    /// <summary>It says that it is about to stop.</summary>
    /// <param name="now">Time stamp of the answer that says so.</param>
    /// <param name="stay">Ends it, unless something else does.</param>
    public void Leave(long now, ITimer stay)
    {
        _stay = stay;
        Volatile.Write(ref _leavingSince, now);
    }

    /// <summary>It says so no longer.</summary>
    public void Stay()
    {
        _stay?.Dispose();
        Volatile.Write(ref _leavingSince, long.MaxValue);
    }

    /// <summary>Has it asked by another from now on.</summary>
    public void ReplaceChecker(HealthChecker? checker)
    {
        _checker?.Dispose();
        _checker = checker;
    }

    /// <summary>Settles what holds for its connections. Where that changes, they are left to the calls that are on them; the next calls make new ones.</summary>
    public void Use(TransportSettings settings)
    {
        if (_settings != settings)
        {
            _settings = settings;
            EndpointTransport? former = _transport;
            _transport = former?.With(settings);
            former?.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_service.Gate)
        {
            _isRemoved = true;
            _checker?.Dispose();
            _stay?.Dispose();
            _transport?.Dispose();
        }
    }

    private EndpointTransport Open()
    {
        lock (_service.Gate)
        {
            if (_transport is null)
            {
                EndpointTransport made = new(_service.Runtime.Transports, _service.Name, Description, _settings);
                if (_isRemoved)
                {
                    // Whoever picked it was overtaken, and is told so by it.
                    made.Dispose();
                }

                _transport = made;
            }

            return _transport;
        }
    }
}
