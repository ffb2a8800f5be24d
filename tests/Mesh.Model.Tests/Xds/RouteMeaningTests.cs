using System.Collections.Immutable;
using CsCheck;
using Mesh.Model.Documents;
using Mesh.Model.Tests.Matching;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>Whether the wire takes the requests that the model takes. Few different names, so that routes and requests meet.</summary>
public sealed class RouteMeaningTests
{
    private static readonly Gen<ValueMatch> s_value =
        from kind in Gen.Enum<ValueMatchKind>()
        from text in Gen.OneOfConst("", "1", "12", "A")
        from invert in Gen.Bool
        from ignoreCase in Gen.Bool
        from forNone in Gen.OneOfConst(null, null, null, true, (bool?)false)
        select new ValueMatch
        {
            Kind = kind, Text = text, Invert = invert, IgnoreCase = ignoreCase && kind <= ValueMatchKind.Contains, Start = 2, End = 20,
            Regex = kind is ValueMatchKind.Regex ? Patterns.Whole.Parse(text + "1*|2").Value : null,
            PassesForNone = kind is ValueMatchKind.Present or ValueMatchKind.Absent ? null : forNone,
        };

    private static readonly Gen<string?> s_text = Gen.OneOfConst(null, "", "1", "12", "a", "A");

    private static readonly Gen<RouteMatch> s_match =
        from form in Gen.Int[0, 7]
        from path in Gen.OneOfConst("/", "/s", "/s/", "/s/m", "/S/m", "/s/m/", "/s/m/x", "/sx")
        from ignoreCase in Gen.Bool
        from methods in Gen.OneOfConst("GET", "POST").Array[0, 2]
        from x in Gen.Select(Gen.Bool, s_value)
        from y in Gen.Select(Gen.Bool, s_value)
        select new RouteMatch
        {
            Path = form == 1 ? path : null,
            PathPrefix = form is 2 or 3 ? path : null,
            PathRegex = form == 4 ? Patterns.Whole.Parse("/s/m|/t.*").Value : null,
            Grpc = form switch { 5 => new() { Service = "s" }, 6 => new() { Method = "m" }, 7 => new() { Service = "s", Method = "m" }, _ => null },
            IgnorePathCase = ignoreCase,
            Methods = form < 5 ? [.. methods] : [],
            Headers = Maps.Of<ValueMatch>().AddRange(new[] { ("x", x), ("y", y) }
                .Where(header => header.Item2.Item1).Select(header => KeyValuePair.Create(header.Item1, header.Item2.Item2))),
        };

    private static readonly Gen<TestRequest> s_call =
        Gen.Select(Gen.OneOfConst("/s/m", "/S/m", "/sx/m", "/t/m", "/s/n"), s_text, s_text, (path, x, y) => new TestRequest(path, "POST", IsGrpc: true)
        {
            Headers = new(new[] { ("x", x), ("y", y) }
                .Where(header => header.Item2 is not null).Select(header => KeyValuePair.Create(header.Item1, header.Item2!))),
        });

    [Fact]
    public void GRPC_clients_take_the_calls_that_the_model_takes_or_are_told_to_take_none() =>
        Gen.Select(s_match, s_call.Array[10]).Sample(
            (match, calls) =>
            {
                MeshService service = new() { Routes = [new() { Name = "a", Match = [match] }] };
                Encoded<Wire.RouteConfiguration> encoded = RouteConfigurationCodec.Encode("catalog.shop", service, ClientProfile.Grpc, null);
                Wire.RouteMatch[] wire = [.. encoded.Message.VirtualHosts[0].Routes.Select(route => route.Match)];
                ImmutableArray<RouteMatch> matches = [.. wire.Select(AsGrpcReads)];
                foreach (TestRequest call in calls)
                {
                    bool expected = encoded.Gaps.IsEmpty && TestTable.Takes(match, call);

                    // No two of them at a time: each draws lots of its own where a share is asked for.
                    Assert.Equal(expected ? 1 : 0, matches.Count(one => TestTable.Takes(one, call)));
                    Assert.Equal(expected ? 1 : 0, wire.Count(one => GrpcJs.Takes(one, call)));
                }
            },
            iter: 2_000,
            print: sample => RouteTexts.Of(sample.Item1)
                + string.Join("; ", sample.Item2.Select(call => $"{call.Path} {string.Join(',', call.Headers)}")));

    [Fact]
    public void The_test_of_a_header_means_on_the_wire_what_it_means_in_the_model() =>
        Gen.Select(s_value, s_text).Sample(
            (match, value) => HeaderMatchCodec.Encode("x", match) is not { } matcher || Passes(matcher, value) == match.Matches(value), iter: 20_000);

    private static RouteMatch AsGrpcReads(Wire.RouteMatch message)
    {
        Assert.All(message.Headers, header => Assert.False(header.TreatMissingHeaderAsEmpty));
        XdsField at = XdsField.Resource();
        RouteMatch match = RouteMatchCodec.Decode(message, null, at);
        Assert.Empty(at.Decoded("").Faults);
        return match;
    }

    /// <summary>As Envoy's documentation has it: what is missing fails, unless it counts as empty.</summary>
    private static bool Passes(Wire.HeaderMatcher matcher, string? value)
    {
        if (matcher.HasPresentMatch)
        {
            return (value is not null == matcher.PresentMatch) != matcher.InvertMatch;
        }

        string? text = value ?? (matcher.TreatMissingHeaderAsEmpty ? "" : null);
        return text is not null && matcher.InvertMatch != matcher switch
        {
            { RangeMatch: { } range } => long.TryParse(text, out long number) && number >= range.Start && number < range.End,
            { StringMatch.SafeRegex.Regex: { } pattern } => System.Text.RegularExpressions.Regex.IsMatch(text, $"^(?:{pattern})$"),
            { StringMatch: { HasExact: true } test } => text.Equals(test.Exact, Comparison(test)),
            { StringMatch: { HasPrefix: true } test } => text.StartsWith(test.Prefix, Comparison(test)),
            { StringMatch: { HasSuffix: true } test } => text.EndsWith(test.Suffix, Comparison(test)),
            _ => text.Contains(matcher.StringMatch.Contains, Comparison(matcher.StringMatch)),
        };
    }

    private static StringComparison Comparison(Wire.StringMatcher test) =>
        test.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
}
