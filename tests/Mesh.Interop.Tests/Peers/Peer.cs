namespace Mesh.Interop.Tests.Peers;

/// <summary>A program of somebody else's that a test needs.</summary>
internal static class Peer
{
    private static bool IsRequired => Environment.GetEnvironmentVariable("MESH_REQUIRE_PEERS") == "1";

    /// <summary>Skips the test where the peer cannot be had, or fails it where it must be.</summary>
    public static void Missing(string reason)
    {
        if (IsRequired)
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }
}
