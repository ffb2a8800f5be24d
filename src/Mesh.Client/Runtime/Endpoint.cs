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

    private volatile bool _isRemoved;

    public Endpoint(MeshedService service, MeshEndpoint description, TimeSpan seed)
        : base(service.Runtime.Clock, seed)
    {
        Description = description;
        Transport = new EndpointTransport(service.Runtime.Transports, service.Name, description);
        Ejection = new EjectionState(service.Runtime.Clock);
    }

    /// <summary>What the source says of it. Version, labels and weight may change; the address is what it is.</summary>
    public MeshEndpoint Description { get; set; }

    public EndpointTransport Transport { get; }

    public override int Weight => Description.Weight;

    /// <summary>True once the source no longer lists it.</summary>
    public bool IsRemoved => _isRemoved;

    public void Dispose()
    {
        _isRemoved = true;
        Transport.Dispose();
    }
}
