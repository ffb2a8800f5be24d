using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>An application's endpoints, which do nothing: routing enters those itself that ask for a short circuit.</summary>
internal sealed class IdleEndpoints(EndpointDataSource own) : EndpointDataSource
{
    public override IReadOnlyList<Endpoint> Endpoints => [.. own.Endpoints.Select(Copy)];

    public override IChangeToken GetChangeToken() => own.GetChangeToken();

    private static Endpoint Copy(Endpoint endpoint) => endpoint is RouteEndpoint route
        ? new RouteEndpoint(static _ => Task.CompletedTask, route.RoutePattern, route.Order, route.Metadata, route.DisplayName) : endpoint;
}
