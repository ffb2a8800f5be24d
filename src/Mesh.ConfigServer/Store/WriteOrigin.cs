namespace Mesh.ConfigServer.Store;

/// <summary>Where a write comes from: what the server has found, and beside it what the caller claims.</summary>
/// <param name="By">The name of the caller's access token, <see cref="Loopback"/> or <see cref="Unproven"/>.</param>
/// <param name="Token">The token's id; null: none was taken.</param>
/// <param name="Claimed">Who the caller says that it is; null: it does not say.</param>
/// <param name="Address">Where the caller is.</param>
/// <param name="RequestId">Of the request.</param>
internal sealed record WriteOrigin(string By, string? Token, string? Claimed, string Address, string RequestId)
{
    /// <summary>Whoever is on the server's machine, where nobody is asked for a token.</summary>
    public const string Loopback = "loopback";

    /// <summary>Who should have shown a token, and has not, or not a good one.</summary>
    public const string Unproven = "unproven";

    /// <summary>The server itself.</summary>
    public static WriteOrigin OfServer { get; } = new("mesh", null, null, "", "");
}
