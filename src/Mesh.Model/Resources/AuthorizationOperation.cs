using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>What a call asks for, in the same manner as <see cref="AuthorizationSource"/>.</summary>
internal sealed record AuthorizationOperation
{
    public ImmutableArray<string> Methods { get; init; } = [];

    public ImmutableArray<string> NotMethods { get; init; } = [];

    /// <summary>Decoded, without the query.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    public ImmutableArray<string> NotPaths { get; init; } = [];

    /// <summary>With a port or for every port.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    public ImmutableArray<string> NotHosts { get; init; } = [];

    /// <summary>On which the call arrives.</summary>
    public ImmutableArray<int> Ports { get; init; } = [];

    public ImmutableArray<int> NotPorts { get; init; } = [];

    public ImmutableArray<GrpcMatch> Grpc { get; init; } = [];

    public ImmutableArray<GrpcMatch> NotGrpc { get; init; } = [];

    /// <summary>ASP.NET Core's route patterns, as texts: a star in them is a pattern's own.</summary>
    public ImmutableArray<string> Routes { get; init; } = [];

    public ImmutableArray<string> NotRoutes { get; init; } = [];
}
