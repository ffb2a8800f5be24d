using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>Takes what routing says of a call, so that the call itself does not.</summary>
internal sealed class ProbedCall : IEndpointFeature, IRouteValuesFeature, IHttpMaxRequestBodySizeFeature
{
    public Endpoint? Endpoint { get; set; }

    public RouteValueDictionary RouteValues { get; set; } = [];

    public bool IsReadOnly => false;

    public long? MaxRequestBodySize { get; set; }
}
