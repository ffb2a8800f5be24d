using System.Collections.Immutable;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>Match</c>.</summary>
internal static class MatchSchema
{
    public static Section<GrpcMatch> Grpc { get; } = new(new GrpcMatch(), [Rule.AtLeastOne("Service", "Method")])
    {
        { "Service", "The gRPC service with its package.", Names.GrpcService, g => g.Service, (g, v) => g with { Service = v } },
        { "Method", "The gRPC method.", Names.GrpcMethod, g => g.Method, (g, v) => g with { Method = v } },
    };

    public static Section<RouteMatch> Section { get; } = new(
        new RouteMatch(), [Rule.AtMostOne("Path", "PathPrefix", "PathRegex", "Grpc"), Rule.AtMostOne("Methods", "Grpc")])
    {
        { "Path", "The path, letter by letter.", Texts.Path, m => m.Path, (m, v) => m with { Path = v } },
        {
            "PathPrefix", "The path's first segments: /items takes /items and /items/1, not /itemsets.",
            Texts.Path, m => m.PathPrefix, (m, v) => m with { PathPrefix = v }
        },
        { "PathRegex", "A pattern for the whole path.", Patterns.Whole, m => m.PathRegex, (m, v) => m with { PathRegex = v } },
        {
            "IgnorePathCase", "Whether the path matches in any case.",
            Choices.Flag, m => m.IgnorePathCase, (m, v) => m with { IgnorePathCase = v }
        },
        {
            "Methods", "Any of these. Not given: every method.",
            new ListOf<string>(Texts.Method), m => m.Methods, (m, v) => m with { Methods = [.. v.Distinct()] }
        },
        {
            "Headers", "Headers and their values.",
            new MapOf<ValueMatch>(Texts.Token, ValueMatchSchema.Shape), m => m.Headers, (m, v) => m with { Headers = v }
        },
        {
            "QueryParameters", "Parameters of the query and their values, decoded.",
            new MapOf<ValueMatch>(Texts.Line, ValueMatchSchema.Shape), m => m.QueryParameters, (m, v) => m with { QueryParameters = v }
        },
        {
            "Cookies", "Cookies and their values.",
            new MapOf<ValueMatch>(Texts.Token, ValueMatchSchema.Shape), m => m.Cookies, (m, v) => m with { Cookies = v }
        },
        {
            "Baggage", "Entries of the trace's baggage and their values, decoded.",
            new MapOf<ValueMatch>(Texts.Token, ValueMatchSchema.Shape), m => m.Baggage, (m, v) => m with { Baggage = v }
        },
        {
            "Grpc", "A gRPC call, by service, by method or by both.",
            Grpc, m => m.Grpc, (m, v) => m with { Grpc = v }
        },
        {
            "Source", "The caller: this process, as Mesh:Service says.",
            new Section<SourceMatch>(new SourceMatch(), [Rule.AtLeastOne("Service", "Namespace", "Labels")])
            {
                { "Service", "Its name.", Names.Service, s => s.Service, (s, v) => s with { Service = v } },
                { "Namespace", "Its namespace.", Names.Part, s => s.Namespace, (s, v) => s with { Namespace = v } },
                { "Labels", "Labels that it has.", IdentitySchema.Labels, s => s.Labels, (s, v) => s with { Labels = v } },
            },
            m => m.Source, (m, v) => m with { Source = v }
        },
        {
            "Percent", "Share of the requests that match otherwise, drawn for each.",
            Numbers.Percent, m => m.Percent, (m, v) => m with { Percent = v }
        },
    };

    public static ListOf<RouteMatch> List { get; } = new(Section, ListForm.Single, Collect);

    private static ImmutableArray<RouteMatch> Collect(DocumentNode list, ImmutableArray<Entry<RouteMatch>> entries, Reading reading)
    {
        foreach (Entry<RouteMatch> entry in entries.Where(entry => entries.Length > 1 && entry.Node.IsNothing))
        {
            reading.Fault(entry.Node, "This entry is empty and takes every request, whatever the others say. Leave it out.");
        }

        return [.. entries.Select(entry => entry.Value)];
    }
}
