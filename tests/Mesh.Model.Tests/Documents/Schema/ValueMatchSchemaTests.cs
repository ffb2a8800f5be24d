namespace Mesh.Model.Tests.Documents;

public sealed class ValueMatchSchemaTests
{
    [Theory]
    [InlineData("\"yes\"", "yes", true)]
    [InlineData("\"yes\"", "YES", false)]
    [InlineData("\"\"", "", true)]
    [InlineData("true", "true", true)]
    [InlineData("true", "True", true)]
    [InlineData("true", "false", false)]
    [InlineData("\"true\"", "TRUE", false)]
    [InlineData("7", "7", true)]
    [InlineData("""{ "Exact": "a" }""", "a", true)]
    [InlineData("""{ "Exact": "a", "IgnoreCase": true }""", "A", true)]
    [InlineData("""{ "Exact": "a", "Invert": true }""", "a", false)]
    [InlineData("""{ "Exact": "a", "Invert": true }""", null, true)]
    [InlineData("""{ "Exact": true }""", "true", true)]
    [InlineData("""{ "Exact": false, "Invert": true }""", "false", false)]
    [InlineData("""{ "Prefix": true }""", "true, false", true)]
    [InlineData("""{ "Suffix": false }""", "true, false", true)]
    [InlineData("""{ "Contains": true }""", "a=true;", true)]
    [InlineData("""{ "Exact": "true" }""", "TRUE", false)]
    [InlineData("""{ "Prefix": "ab" }""", "abc", true)]
    [InlineData("""{ "Suffix": "bc" }""", "abc", true)]
    [InlineData("""{ "Contains": "b" }""", "abc", true)]
    [InlineData("""{ "Regex": "b" }""", "abc", false)]
    [InlineData("""{ "Regex": "a|abc" }""", "abc", true)]
    [InlineData("""{ "Regex": "ABC" }""", "abc", false)]
    [InlineData("""{ "Regex": "ABC", "IgnoreCase": true }""", "abc", true)]
    [InlineData("""{ "IgnoreCase": true, "Regex": "ABC" }""", "abc", true)]
    [InlineData("{}", "", true)]
    [InlineData("{}", null, false)]
    [InlineData("""{ "Present": true }""", "", true)]
    [InlineData("""{ "Present": true }""", null, false)]
    [InlineData("""{ "Present": false }""", null, true)]
    [InlineData("""{ "Present": false }""", "a", false)]
    [InlineData("""{ "Range": { "Start": 1, "End": 10 } }""", "1", true)]
    [InlineData("""{ "Range": { "Start": 1, "End": 10 } }""", "10", false)]
    public void A_value_match_says_what_it_reads_like(string json, string? value, bool expected)
    {
        string document = Doc.Nest("Services:a:Routes:0:Match:Headers:h", json);

        Assert.Equal(expected, Doc.Good(document).Services[0].Routes[0].Match[0].Headers["h"].Matches(value));
        Assert.Equal(expected, Doc.ReadConfiguration(document).Value!.Services[0].Routes[0].Match[0].Headers["H"].Matches(value));
    }
}
