namespace Mesh.Client.LoadBalancing;

/// <summary>What a balancer needs to know of an endpoint.</summary>
internal interface IBalancedEndpoint
{
    /// <summary>How long the endpoint takes to answer.</summary>
    PeakEwma Latency { get; }

    /// <summary>Calls in flight to it.</summary>
    int ActiveRequests { get; }

    /// <summary>Its share of the traffic relative to the others, from 1. Read when a balancer is built.</summary>
    int Weight { get; }
}
