using Mesh.Client.Sources.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class ServerStateTests
{
    [Theory]
    [InlineData("""{ "server": "a", "mesh": "m", "epoch": 2, "generation": 17, "version": "0.1.0" }""", "m 2.17")]
    [InlineData("""{ "epoch": 2, "generation": 17 }""", " 2.17")]
    [InlineData("""{ "epoch": "2", "generation": 17 }""", null)]
    [InlineData("""{ "epoch": 2.5, "generation": 17 }""", null)]
    [InlineData("""{ "epoch": 2 }""", null)]
    [InlineData("{ broken", null)]
    [InlineData("istiod-1", null)]
    [InlineData("", null)]
    public void A_server_of_ours_says_how_far_it_is(string identifier, string? expected)
    {
        ServerState? state = ServerState.Of(new ControlPlane { Identifier = identifier });

        Assert.Equal(expected, state is null ? null : $"{state.Mesh} {state}");
    }

    [Theory]
    [InlineData(1, 5, true)]
    [InlineData(2, 4, true)]
    [InlineData(2, 5, false)]
    [InlineData(2, 6, false)]
    [InlineData(3, 1, false)]
    public void An_older_one_is_behind(long epoch, long generation, bool isBehind)
    {
        Assert.Equal(isBehind, new ServerState("m", epoch, generation).IsBehind(new ServerState("m", 2, 5)));
        Assert.False(new ServerState("other", epoch, generation).IsBehind(new ServerState("m", 2, 5)));
    }
}
