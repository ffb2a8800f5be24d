using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Mesh.Model;

/// <summary>The request is answered with another address.</summary>
internal sealed record RouteRedirect
{
    public string? Scheme { get; init; }

    public string? Hostname { get; init; }

    public int? Port { get; init; }

    public string? ReplacePrefixMatch { get; init; }

    public string? ReplaceFullPath { get; init; }

    public int StatusCode { get; init; } = 302;
}

/// <summary>The request is answered here, without a call.</summary>
internal sealed record DirectResponse
{
    public int? StatusCode { get; init; }

    public int? GrpcStatus { get; init; }

    public string? Body { get; init; }

    public string? ContentType { get; init; }
}

/// <summary>The request is sent with another path or host.</summary>
internal sealed record RouteRewrite
{
    public string? Hostname { get; init; }

    public string? ReplacePrefixMatch { get; init; }

    public string? ReplaceFullPath { get; init; }

    public RegexRewrite? Regex { get; init; }
}

/// <summary>A path rewritten by a pattern's captures.</summary>
internal sealed record RegexRewrite
{
    public Regex? Pattern { get; init; }

    public string Substitution { get; init; } = "";
}

/// <summary>Changes to a set of headers, in the order set, add, remove.</summary>
internal sealed record HeaderEdits
{
    public ImmutableSortedDictionary<string, string> Set { get; init; } = Maps.Empty;

    public ImmutableSortedDictionary<string, string> Add { get; init; } = Maps.Empty;

    public ImmutableArray<string> Remove { get; init; } = [];
}

/// <summary>A copy of the request that goes elsewhere and whose answer is dropped.</summary>
internal sealed record RouteMirror
{
    public string? Service { get; init; }

    public string? Subset { get; init; }

    public decimal Percent { get; init; } = 100;

    public int MaxRequests { get; init; } = 32;
}

/// <summary>Trouble made on purpose.</summary>
internal sealed record RouteFault
{
    public FaultDelay? Delay { get; init; }

    public FaultAbort? Abort { get; init; }

    public bool AllowHeaders { get; init; }
}

/// <summary>A share of the requests waits before it is sent.</summary>
internal sealed record FaultDelay
{
    public TimeSpan FixedDelay { get; init; }

    public decimal Percent { get; init; } = 100;
}

/// <summary>A share of the requests fails instead of being sent.</summary>
internal sealed record FaultAbort
{
    public int? StatusCode { get; init; }

    public int? GrpcStatus { get; init; }

    public decimal Percent { get; init; } = 100;
}
