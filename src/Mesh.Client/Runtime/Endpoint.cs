using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;
using Mesh.Client.Transport;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>
/// One endpoint of one service, with all that was learnt of it. It lives as long as its address is listed; settings come and go
/// around it.
/// </summary>
internal sealed class Endpoint : IBalancedEndpoint, IDisposable
{
    private volatile bool _isRemoved;
    private int _active;

    public Endpoint(MeshedService service, MeshEndpoint description, TimeSpan seed)
    {
        Description = description;
        Transport = new EndpointTransport(service.Runtime.Transports, service.Name, description);
        Latency = new PeakEwma(service.Runtime.Clock, seed);
        Ejection = new EjectionState(service.Runtime.Clock);
    }

    /// <summary>What the source says of it. Version, labels and weight may change; the address is what it is.</summary>
    public MeshEndpoint Description { get; set; }

    public EndpointTransport Transport { get; }

    public PeakEwma Latency { get; }

    public EjectionState Ejection { get; }

    /// <summary>Calls in flight, until the last byte of the answer's body.</summary>
    public int ActiveRequests => Volatile.Read(ref _active);

    public int Weight => Description.Weight;

    /// <summary>True once the source no longer lists it.</summary>
    public bool IsRemoved => _isRemoved;

    public void Enter() => Interlocked.Increment(ref _active);

    public void Leave() => Interlocked.Decrement(ref _active);

    public void Dispose()
    {
        _isRemoved = true;
        Transport.Dispose();
    }
}
