using System.Collections.Immutable;

namespace Mesh.Model.Tests.Resources;

public sealed class MeshSubsetTests
{
    [Theory]
    [InlineData(null, "", true)]
    [InlineData("v2", "", true)]
    [InlineData("V2", "", false)]
    [InlineData("v1", "", false)]
    [InlineData("v2", "track=canary", true)]
    [InlineData("v1", "track=canary", false)]
    [InlineData(null, "track=canary", true)]
    [InlineData(null, "TRACK=canary", true)]
    [InlineData(null, "track=Canary", false)]
    [InlineData(null, "track=canary zone=a", true)]
    [InlineData(null, "track=canary zone=b", false)]
    [InlineData(null, "missing=canary", false)]
    public void An_endpoint_belongs_when_version_and_every_label_agree(string? version, string labels, bool expected)
    {
        var endpoint = new MeshEndpoint { Host = "h", Port = 80, Version = "v2", Labels = Labels("track=canary zone=a more=x") };

        Assert.Equal(expected, new MeshSubset { Version = version, Labels = Labels(labels) }.Contains(endpoint));
    }

    [Fact]
    public void An_endpoint_without_version_and_labels_belongs_only_to_the_subset_that_asks_for_none()
    {
        var endpoint = new MeshEndpoint { Host = "h", Port = 80 };

        Assert.True(new MeshSubset().Contains(endpoint));
        Assert.False(new MeshSubset { Version = "v2" }.Contains(endpoint));
        Assert.False(new MeshSubset { Labels = Labels("track=canary") }.Contains(endpoint));
    }

    private static ImmutableSortedDictionary<string, string> Labels(string pairs) =>
        Maps.Empty.AddRange(pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .Select(pair => KeyValuePair.Create(pair[0], pair[1])));
}
