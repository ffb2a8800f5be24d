using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Mesh.Model.Matching;

namespace Mesh.Model.Tests.Matching;

/// <summary>Short ways to build tables and conditions.</summary>
internal static class TestTable
{
    /// <summary>Who asks.</summary>
    public static ServiceIdentity Caller { get; } = new() { Name = "web", Namespace = "shop", Labels = Maps.Empty.Add("track", "canary") };

    /// <summary>A table of routes with one match each, named by their place: <c>0</c>, <c>1</c> and so on.</summary>
    public static RouteTable<string> Of(params IEnumerable<RouteMatch> matches) =>
        Of([.. matches.Select(match => ImmutableArray.Create(match))]);

    /// <summary>A table of routes with any number of matches each, named in the same way.</summary>
    public static RouteTable<string> Of(IReadOnlyList<ImmutableArray<RouteMatch>> routes) =>
        new([.. routes.Select((matches, ordinal) => (matches, $"{ordinal}"))], Caller);

    public static bool Takes(RouteMatch match, TestRequest request) => Of(match).Match(request.Facts) is not null;

    public static RouteMatch Header(string name, ValueMatch value) => new() { Headers = Maps.Of<ValueMatch>().Add(name, value) };

    public static ValueMatch Exact(string text) => new() { Kind = ValueMatchKind.Exact, Text = text };

    /// <summary>Anchored and free of backtracking, as the readers of settings make them.</summary>
    public static Regex Regex(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
