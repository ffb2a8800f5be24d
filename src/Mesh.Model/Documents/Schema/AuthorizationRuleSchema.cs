namespace Mesh.Model.Documents;

/// <summary>The settings of an authorization policy's <c>Rules</c>.</summary>
internal static class AuthorizationRuleSchema
{
    private static readonly Scalar<int> s_port = Numbers.Whole(1, 65535);

    private static readonly SomeOf<GrpcMatch> s_grpc = new(new ListOf<GrpcMatch>(MatchSchema.Grpc, ListForm.Single));

    private static readonly Section<AuthorizationSource> s_source = OfSource();

    private static readonly Section<AuthorizationOperation> s_operation = OfOperation();

    public static SomeOf<AuthorizationRule> List { get; } = new(new(new Section<AuthorizationRule>(new AuthorizationRule())
    {
        { "From", "Who calls: any of these. Not given: anybody.", new SomeOf<AuthorizationSource>(new(s_source)), r => r.From, (r, v) => r with { From = v } },
        { "To", "What for: any of these. Not given: anything.", new SomeOf<AuthorizationOperation>(new(s_operation)), r => r.To, (r, v) => r with { To = v } },
        { "When", "What else must hold: all of these.", ConditionSchema.List, r => r.When, (r, v) => r with { When = v } },
    }));

    private static Section<AuthorizationSource> OfSource() => new(new AuthorizationSource(), [OneOf(
        "Principals", "NotPrincipals", "Namespaces", "NotNamespaces", "TrustDomains", "NotTrustDomains", "IpBlocks", "NotIpBlocks")])
    {
        { "Principals", "The caller, as its certificate says.", Some(PolicyWords.Principal), s => s.Principals, (s, v) => s with { Principals = v } },
        { "NotPrincipals", "None of these callers.", Some(PolicyWords.Principal), s => s.NotPrincipals, (s, v) => s with { NotPrincipals = v } },
        { "Namespaces", "The caller's namespace, as its certificate says.", Some(PolicyWords.Namespace), s => s.Namespaces, (s, v) => s with { Namespaces = v } },
        { "NotNamespaces", "None of these namespaces.", Some(PolicyWords.Namespace), s => s.NotNamespaces, (s, v) => s with { NotNamespaces = v } },
        { "TrustDomains", "The caller's mesh, as its certificate says.", Some(PolicyWords.TrustDomain), s => s.TrustDomains, (s, v) => s with { TrustDomains = v } },
        { "NotTrustDomains", "None of these meshes.", Some(PolicyWords.TrustDomain), s => s.NotTrustDomains, (s, v) => s with { NotTrustDomains = v } },
        { "IpBlocks", "Where the connection comes from.", Some(IpBlocks.Block), s => s.IpBlocks, (s, v) => s with { IpBlocks = v } },
        { "NotIpBlocks", "From none of these.", Some(IpBlocks.Block), s => s.NotIpBlocks, (s, v) => s with { NotIpBlocks = v } },
    };

    private static Section<AuthorizationOperation> OfOperation() => new(new AuthorizationOperation(), [OneOf(
        "Methods", "NotMethods", "Paths", "NotPaths", "Hosts", "NotHosts", "Ports", "NotPorts", "Grpc", "NotGrpc", "Routes", "NotRoutes")])
    {
        { "Methods", "The HTTP method.", Some(PolicyWords.Method), o => o.Methods, (o, v) => o with { Methods = v } },
        { "NotMethods", "None of these methods.", Some(PolicyWords.Method), o => o.NotMethods, (o, v) => o with { NotMethods = v } },
        { "Paths", "The path, decoded and without its query.", Some(PolicyWords.Path), o => o.Paths, (o, v) => o with { Paths = v } },
        { "NotPaths", "None of these paths.", Some(PolicyWords.Path), o => o.NotPaths, (o, v) => o with { NotPaths = v } },
        { "Hosts", "The host that is asked for; without a port: at any.", Some(PolicyWords.Host), o => o.Hosts, (o, v) => o with { Hosts = v } },
        { "NotHosts", "None of these hosts.", Some(PolicyWords.Host), o => o.NotHosts, (o, v) => o with { NotHosts = v } },
        { "Ports", "The port that the call arrives on.", Some(s_port), o => o.Ports, (o, v) => o with { Ports = v } },
        { "NotPorts", "None of these ports.", Some(s_port), o => o.NotPorts, (o, v) => o with { NotPorts = v } },
        { "Grpc", "The gRPC service, method or both.", s_grpc, o => o.Grpc, (o, v) => o with { Grpc = v } },
        { "NotGrpc", "None of these.", s_grpc, o => o.NotGrpc, (o, v) => o with { NotGrpc = v } },
        { "Routes", "The route pattern of the application's endpoint.", Some(PolicyWords.Route), o => o.Routes, (o, v) => o with { Routes = v } },
        { "NotRoutes", "None of these patterns.", Some(PolicyWords.Route), o => o.NotRoutes, (o, v) => o with { NotRoutes = v } },
    };

    private static SomeOf<T> Some<T>(Scalar<T> word) => new(new ListOf<T>(word));

    private static Rule OneOf(params string[] names) => Rule.AtLeastOne(names) with { CountsEmpty = true };
}
