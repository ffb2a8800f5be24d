using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>What sets the protocols apart.</summary>
/// <param name="Protocol">Which one it is.</param>
/// <param name="Node">The node of a request.</param>
/// <param name="Create">Makes a stream.</param>
/// <param name="Count">What a response is about, and how much of it.</param>
internal sealed record StreamKind<TRequest, TResponse>(
    StreamProtocol Protocol,
    Func<TRequest, Node?> Node,
    Func<ClientNode, IStreamEnvironment, DiscoveryStream<TRequest, TResponse>> Create,
    Func<TResponse, (ResourceType Type, int Resources)> Count)
    where TResponse : class;
