using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Model.Documents;

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
        RepeatedField<Wire.ValueTest> tests, ImmutableSortedDictionary<string, ValueMatch> matches, XdsField at, string field)
    {
        for (int i = 0; i < tests.Count; i++)
        {
            XdsField testAt = at[field, i];
            if (tests[i].Test is not { } test)
            {
                testAt.Fault("This has no test.");
            }
            else if (HeaderMatchCodec.Decode(test, testAt["test"]) is { } match)
            {
                matches = Add(matches, test.Name, HeaderMatchCodec.PassForNone(match, tests[i].PassesForNone), testAt);
            }
        }

        return matches;
    }

    /// <summary>A map has one test for a name, and all tests must hold, so two of them cannot be told.</summary>
    public static ImmutableSortedDictionary<string, ValueMatch> Add(
        ImmutableSortedDictionary<string, ValueMatch> matches, string name, ValueMatch match, XdsField at)
    {
        if (name.Length == 0 || matches.ContainsKey(name))
        {
            at.Fault(name.Length == 0 ? "This has no name." : $"There is another test of {Wording.Quote(name)}.");
            return matches;
        }

        return matches.Add(name, match);
    }
}
