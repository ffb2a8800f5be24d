using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Mesh.Model;

/// <summary>What a request must look like: all that is given here must hold.</summary>
internal sealed record RouteMatch
{
    public string? Path { get; init; }

    /// <summary>Matches whole segments: <c>/items</c> takes <c>/items</c> and <c>/items/1</c>, not <c>/itemsets</c>.</summary>
    public string? PathPrefix { get; init; }

    /// <summary>Matches letters: <c>/items</c> takes <c>/itemsets</c>, too. No document says it, but xDS does.</summary>
    public string? PathStart { get; init; }

    /// <summary>Matches the whole path.</summary>
    public Regex? PathRegex { get; init; }

    public bool IgnorePathCase { get; init; }

    /// <summary>Any of these. Empty: every method.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    public ImmutableSortedDictionary<string, ValueMatch> Headers { get; init; } = Maps.Of<ValueMatch>();

    /// <summary>Names and values decoded. Of several values any may pass, and inverted none, as with cookies and baggage.</summary>
    public ImmutableSortedDictionary<string, ValueMatch> QueryParameters { get; init; } = Maps.Of<ValueMatch>();

    /// <summary>Of the request's <c>Cookie</c> header, not decoded.</summary>
    public ImmutableSortedDictionary<string, ValueMatch> Cookies { get; init; } = Maps.Of<ValueMatch>();

    /// <summary>W3C baggage: of the request's own header, and what it travels with. Values decoded.</summary>
    public ImmutableSortedDictionary<string, ValueMatch> Baggage { get; init; } = Maps.Of<ValueMatch>();

    public GrpcMatch? Grpc { get; init; }

    public SourceMatch? Source { get; init; }

    /// <summary>Share of the requests that match otherwise, 0 to 100, in steps of 0.01.</summary>
    public decimal Percent { get; init; } = 100;

    /// <summary>Whether nothing is asked of a request.</summary>
    public bool TakesEveryRequest =>
        this is
        {
            Path: null, PathPrefix: null or "" or "/", PathStart: null, PathRegex: null, Methods.IsEmpty: true, Headers.IsEmpty: true,
            QueryParameters.IsEmpty: true, Cookies.IsEmpty: true, Baggage.IsEmpty: true, Grpc: null, Source: null, Percent: 100,
        };
}

/// <summary>A gRPC call by service, by method or by both; what is null does not matter.</summary>
internal sealed record GrpcMatch
{
    public string? Service { get; init; }

    public string? Method { get; init; }
}

/// <summary>The caller, which is the same for every request of a process; what is not given does not matter.</summary>
internal sealed record SourceMatch
{
    /// <summary><c>name</c>, in the caller's own namespace, or <c>name.namespace</c>.</summary>
    public string? Service { get; init; }

    public string? Namespace { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Maps.Empty;

    /// <param name="caller">With a name.</param>
    public bool IsMatch(ServiceIdentity caller) =>
        (Service is null || ServiceNames.Canonical(Service, caller.Namespace) == ServiceNames.Canonical(caller.Name, caller.Namespace))
        && (Namespace is null || string.Equals(Namespace, caller.Namespace, StringComparison.OrdinalIgnoreCase))
        && Labels.All(label => caller.Labels.TryGetValue(label.Key, out string? value)
            && string.Equals(value, label.Value, StringComparison.Ordinal));
}
