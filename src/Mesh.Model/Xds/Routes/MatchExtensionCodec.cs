using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>What a match asks for that xDS has no field for.</summary>
internal static class MatchExtensionCodec
{
    /// <summary>Without headers and query parameters, of which xDS may have words for some.</summary>
    public static Wire.MatchExtension Encode(RouteMatch match)
    {
        Wire.MatchExtension message = new();
        message.Cookies.Add(ValueTestCodec.Encode(match.Cookies));
        message.Baggage.Add(ValueTestCodec.Encode(match.Baggage));
        if (match.Grpc is { } grpc and not { Service: null, Method: null })
        {
            message.Grpc = new() { Service = grpc.Service, Method = grpc.Method };
        }

        if (match.Source is { } source)
        {
            message.Source = new() { Service = source.Service, Namespace = source.Namespace };
            message.Source.Labels.Add(source.Labels.ToDictionary());
        }

        return message;
    }

    /// <param name="message">Our own words.</param>
    /// <param name="match">What the words of xDS say.</param>
    /// <param name="at">Where they stand.</param>
    public static RouteMatch Decode(Wire.MatchExtension message, RouteMatch match, XdsField at)
    {
        IEnumerable<string> names = message.Headers.Select(header => header.Test?.Name ?? "");
        foreach (string name in names.Where(name => Texts.Token.Parse(name).State is not ParseState.Good))
        {
            at["headers"].Fault($"{Wording.Quote(name)} is no header.");
        }

        match = match with
        {
            Headers = ValueTestCodec.Decode(message.Headers, match.Headers, at, "headers"),
            QueryParameters = ValueTestCodec.Decode(message.QueryParameters, match.QueryParameters, at, "query_parameters"),
            Cookies = ValueTestCodec.Decode(message.Cookies, match.Cookies, at, "cookies"),
            Baggage = ValueTestCodec.Decode(message.Baggage, match.Baggage, at, "baggage"),
            Source = message.Source is { } source
                ? new() { Service = source.Service, Namespace = source.Namespace, Labels = Maps.Empty.SetItems(source.Labels) }
                : null,
        };

        // Its path is in the match as well, less exactly.
        return message.Grpc is { } grpc
            ? match with
            {
                Path = null, PathStart = null, PathRegex = null, IgnorePathCase = false,
                Grpc = new() { Service = grpc.Service, Method = grpc.Method },
            }
            : match;
    }
}
