namespace Mesh.Model.Documents;

/// <summary>The settings of what a route does besides sending the request on.</summary>
internal static class ActionSchema
{
    public static Section<RouteRedirect> Redirect { get; } = new(
        new RouteRedirect(), [Rule.AtMostOne("ReplacePrefixMatch", "ReplaceFullPath")])
    {
        {
            "Scheme", "Not given: the request's.",
            Choices.Of<string>(new("http", "http"), new("https", "https")), r => r.Scheme, (r, v) => r with { Scheme = v }
        },
        { "Hostname", "Not given: the request's.", Names.HostName, r => r.Hostname, (r, v) => r with { Hostname = v } },
        { "Port", "Not given: that of Scheme, else the request's.", Numbers.Whole(1, 65535), r => r.Port, (r, v) => r with { Port = v } },
        {
            "ReplacePrefixMatch", "What stands for the prefix that matched.",
            Texts.Path, r => r.ReplacePrefixMatch, (r, v) => r with { ReplacePrefixMatch = v }
        },
        { "ReplaceFullPath", "What stands for the path.", Texts.Path, r => r.ReplaceFullPath, (r, v) => r with { ReplaceFullPath = v } },
        { "StatusCode", "The answer's status.", Numbers.RedirectStatus, r => r.StatusCode, (r, v) => r with { StatusCode = v } },
    };

    public static Section<DirectResponse> DirectResponse { get; } = new(new DirectResponse(), [Rule.ExactlyOne("StatusCode", "GrpcStatus")])
    {
        { "StatusCode", "The HTTP status; a gRPC call gets the gRPC status that goes with it.", Numbers.AnswerStatus, d => d.StatusCode, (d, v) => d with { StatusCode = v } },
        { "GrpcStatus", "The gRPC status; any other call gets the HTTP status that goes with it.", Numbers.GrpcStatus, d => d.GrpcStatus, (d, v) => d with { GrpcStatus = v } },
        { "Body", "The body; a gRPC call gets none.", Texts.Any, d => d.Body, (d, v) => d with { Body = v } },
        { "ContentType", "The body's media type. Not given: text/plain; charset=utf-8.", Texts.Line, d => d.ContentType, (d, v) => d with { ContentType = v } },
    };

    public static Section<RouteRewrite> Rewrite { get; } = new(
        new RouteRewrite(), [Rule.AtMostOne("ReplacePrefixMatch", "ReplaceFullPath", "Regex")])
    {
        { "Hostname", "The Host header.", Names.HostName, r => r.Hostname, (r, v) => r with { Hostname = v } },
        {
            "ReplacePrefixMatch", "What stands for the prefix that matched.",
            Texts.Path, r => r.ReplacePrefixMatch, (r, v) => r with { ReplacePrefixMatch = v }
        },
        { "ReplaceFullPath", "What stands for the path.", Texts.Path, r => r.ReplaceFullPath, (r, v) => r with { ReplaceFullPath = v } },
        {
            "Regex", "The path by a pattern's captures.",
            new Section<RegexRewrite>(new RegexRewrite(), [Rule.AtLeastOne("Pattern")])
            {
                { "Pattern", "What is replaced.", Patterns.Anywhere, r => r.Pattern, (r, v) => r with { Pattern = v } },
                {
                    "Substitution", "By what, with $1 for the first capture.",
                    Texts.Any, r => r.Substitution, (r, v) => r with { Substitution = v }
                },
            },
            r => r.Regex, (r, v) => r with { Regex = v }
        },
    };

    public static Section<HeaderEdits> HeaderEdits { get; } = new(new HeaderEdits())
    {
        { "Set", "Replaced, or added when absent.", new MapOf<string>(Texts.EditedHeader, Texts.HeaderValue), h => h.Set, (h, v) => h with { Set = v } },
        { "Add", "Added to what is there.", new MapOf<string>(Texts.EditedHeader, Texts.HeaderValue), h => h.Add, (h, v) => h with { Add = v } },
        { "Remove", "Taken away.", new ListOf<string>(Texts.EditedHeader), h => h.Remove, (h, v) => h with { Remove = v } },
    };

    public static Section<RouteMirror> Mirror { get; } = new(new RouteMirror(), [Rule.AtLeastOne("Service", "Subset")])
    {
        { "Service", "Whose endpoints get them. Not given: those of the service that the route belongs to.", Names.Service, m => m.Service, (m, v) => m with { Service = v } },
        { "Subset", "One of the service's Subsets, else a version. Not given: all endpoints.", Texts.Line, m => m.Subset, (m, v) => m with { Subset = v } },
        { "Percent", "Share of the requests that are copied.", Numbers.Percent, m => m.Percent, (m, v) => m with { Percent = v } },
        {
            "MaxRequests", "Copies in flight; further ones are not made.",
            Numbers.Whole(1, int.MaxValue), m => m.MaxRequests, (m, v) => m with { MaxRequests = v }
        },
    };
}
