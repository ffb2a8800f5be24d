using Mesh.Client.AspNetCore.Policy;
using Mesh.Model.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>
/// The endpoint that the application's routing chooses for a call. Where it is another than the call was judged by, for the path was rewritten or the
/// call is executed anew, it is judged by that one as well, and one that refuses takes its place.
/// </summary>
internal sealed class JudgedEndpoint(InboundPolicyMonitor policy, CallJudge judge, in CallFacts facts) : IEndpointFeature
{
    private static readonly Endpoint s_refusal = new(Refusals.Deny, EndpointMetadataCollection.Empty, "A call that the mesh refuses");

    private readonly CallFacts _facts = facts;
    private Endpoint? _endpoint;

    public Endpoint? Endpoint
    {
        get => _endpoint;
        set => _endpoint = value is null || IsAllowed(RoutePatterns.Of(value)) ? value : s_refusal;
    }

    private bool IsAllowed(string? route) => (route is not null && route == _facts.Route) || judge.AdmitsAgain(policy.Current, _facts with { Route = route });
}
