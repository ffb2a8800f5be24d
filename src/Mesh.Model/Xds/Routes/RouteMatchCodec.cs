using System.Collections.Immutable;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>What a request must look like.</summary>
internal static class RouteMatchCodec
{
    /// <returns>The match, and what it takes besides; nothing, where xDS has words for all.</returns>
    public static (Wire.RouteMatch Match, Wire.MatchExtension? Extension) Encode(RouteMatch match)
    {
        Wire.RouteMatch message = new() { RuntimeFraction = Percents.EncodeUnlessAll(match.Percent) };
        Wire.MatchExtension rest = MatchExtensionCodec.Encode(match);
        PathMatchCodec.Encode(match, message);
        if (!match.Methods.IsEmpty)
        {
            message.Headers.Add(MethodsCodec.Encode(match.Methods));
        }

        foreach ((string name, ValueMatch value) in match.Headers)
        {
            if (HeaderMatchCodec.Encode(name, value) is { } header)
            {
                message.Headers.Add(header);
            }
            else
            {
                rest.Headers.Add(ValueTestCodec.Encode(name, value));
            }
        }

        foreach ((string name, ValueMatch value) in match.QueryParameters)
        {
            if (QueryMatchCodec.Encode(name, value) is { } parameter)
            {
                message.QueryParameters.Add(parameter);
            }
            else
            {
                rest.QueryParameters.Add(ValueTestCodec.Encode(name, value));
            }
        }

        message.Grpc = match.Grpc is null ? null : new();
        return (message, rest.CalculateSize() == 0 ? null : rest);
    }

    public static RouteMatch Decode(Wire.RouteMatch message, Wire.MatchExtension? rest, XdsField at)
    {
        at.Refuse("tls_context", message.TlsContext is not null);
        at.Refuse("dynamic_metadata", message.DynamicMetadata.Count > 0);
        at.Refuse("filter_state", message.FilterState.Count > 0);
        at.Refuse("cookies", message.Cookies.Count > 0);

        RouteMatch match = PathMatchCodec.Decode(message, at) with
        {
            Percent = Percents.DecodeOrAll(message.RuntimeFraction, at["runtime_fraction"]),
            Grpc = message.Grpc is null ? null : new(),
            QueryParameters = QueryParameters(message, at),
        };
        match = Headers(message, match, at);
        return rest is null ? match : MatchExtensionCodec.Decode(rest, match, at["mesh"]);
    }

    private static RouteMatch Headers(Wire.RouteMatch message, RouteMatch match, XdsField at)
    {
        for (int i = 0; i < message.Headers.Count; i++)
        {
            XdsField headerAt = at["headers", i];
            Wire.HeaderMatcher header = message.Headers[i];
            if (header.Name == MethodsCodec.Header)
            {
                ImmutableArray<string> methods = MethodsCodec.Decode(header, headerAt);
                match = match with { Methods = match.Methods.IsEmpty ? methods : [.. match.Methods.Intersect(methods)] };
                if (match.Methods.IsEmpty && !methods.IsEmpty)
                {
                    headerAt.Fault("No method passes this test.");
                }
            }
            else if (Texts.Token.Parse(header.Name).State is not ParseState.Good)
            {
                // Those that start with a colon are parts of the request line; only of the method we know what it is.
                headerAt["name"].Fault($"{Wording.Quote(header.Name)} is no header.");
            }
            else if (HeaderMatchCodec.Decode(header, headerAt) is { } value)
            {
                match = match with { Headers = Add(match.Headers, header.Name, value, headerAt) };
            }
        }

        return match;
    }

    /// <summary>The map with this test, too. One that asks for a value besides another test is said with that one.</summary>
    private static ImmutableSortedDictionary<string, ValueMatch> Add(
        ImmutableSortedDictionary<string, ValueMatch> headers, string name, ValueMatch value, XdsField at) =>
        !headers.TryGetValue(name, out ValueMatch? other) ? ValueTestCodec.Add(headers, name, value, at)
        : IsPresence(value) ? headers.SetItem(name, HeaderMatchCodec.PassForNone(other, passes: false))
        : IsPresence(other) ? headers.SetItem(name, HeaderMatchCodec.PassForNone(value, passes: false))
        : ValueTestCodec.Add(headers, name, value, at);

    private static bool IsPresence(ValueMatch match) => match is { Kind: ValueMatchKind.Present, Invert: false };

    private static ImmutableSortedDictionary<string, ValueMatch> QueryParameters(Wire.RouteMatch message, XdsField at)
    {
        ImmutableSortedDictionary<string, ValueMatch> parameters = Maps.Of<ValueMatch>();
        for (int i = 0; i < message.QueryParameters.Count; i++)
        {
            XdsField parameterAt = at["query_parameters", i];
            if (QueryMatchCodec.Decode(message.QueryParameters[i], parameterAt) is { } value)
            {
                parameters = ValueTestCodec.Add(parameters, message.QueryParameters[i].Name, value, parameterAt);
            }
        }

        return parameters;
    }
}
