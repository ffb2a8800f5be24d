using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class NearestNameTests
{
    private static readonly string[] s_names = ["Match", "Methods", "Path", "PathPrefix", "On", "To", "OutlierDetection", "5xx"];

    [Theory]
    [InlineData("Mach", "Match")]
    [InlineData("mtach", "Match")]
    [InlineData("Matches", "Match")]
    [InlineData("Paths", "Path")]
    [InlineData("Pathprefiks", "PathPrefix")]
    [InlineData("outlier-detection", "OutlierDetection")]
    [InlineData("Onn", "On")]
    [InlineData("5xxx", "5xx")]
    [InlineData("4xx", null)]
    [InlineData("Foo", null)]
    [InlineData("Weight", null)]
    [InlineData("", null)]
    public void The_nearest_name_has_few_slips_of_the_pen(string name, string? expected) =>
        Assert.Equal(expected, NearestName.Find(name, s_names));

    [Fact]
    public void A_very_long_name_is_near_to_nothing() => Assert.Null(NearestName.Find(new string('a', 1_000_000), s_names));
}
