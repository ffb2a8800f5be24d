using System.Collections.Immutable;
using Google.Protobuf.Collections;

namespace Mesh.Model.Xds;

/// <summary>Tests of named values in our own words, which say all that the model does.</summary>
internal static class ValueTestCodec
{
    public static Wire.ValueTest Encode(string name, ValueMatch match)
    {
        Wire.HeaderMatcher test = HeaderMatchCodec.EncodeTest(name, match);
        test.Name = name;
        return new() { Test = test, PassesForNone = match.MatchesNone() };
    }

    public static IEnumerable<Wire.ValueTest> Encode(ImmutableSortedDictionary<string, ValueMatch> matches) =>
        matches.Select(match => Encode(match.Key, match.Value));

    /// <summary>The map with these tests, too.</summary>
    public static ImmutableSortedDictionary<string, ValueMatch> Decode(
        RepeatedField<Wire.ValueTest> tests, ImmutableSortedDictionary<string, ValueMatch> matches, Place place, string field)
    {
        for (int i = 0; i < tests.Count; i++)
        {
            Place at = place.Item(field, i);
            if (tests[i].Test is not { } test)
            {
                at.Fault("This has no test.");
            }
            else if (HeaderMatchCodec.Decode(test, at.Field("test")) is { } match)
            {
                matches = Add(matches, test.Name, HeaderMatchCodec.PassForNone(match, tests[i].PassesForNone), at);
            }
        }

        return matches;
    }

    /// <summary>A map has one test for a name, and all tests must hold, so two of them cannot be told.</summary>
    public static ImmutableSortedDictionary<string, ValueMatch> Add(
        ImmutableSortedDictionary<string, ValueMatch> matches, string name, ValueMatch match, Place place)
    {
        if (name.Length == 0 || matches.ContainsKey(name))
        {
            place.Fault(name.Length == 0 ? "This has no name." : $"There is another test of {Documents.Wording.Quote(name)}.");
            return matches;
        }

        return matches.Add(name, match);
    }
}
