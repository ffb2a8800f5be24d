namespace Mesh.Client.AspNetCore.Tls;

/// <summary>What a connection's beginning came to, as metrics have it.</summary>
internal static class InboundOutcome
{
    public const string Success = "success";

    /// <summary>The caller is not let in.</summary>
    public const string Refused = "refused";

    /// <summary>It broke off, or spoke something else.</summary>
    public const string Failed = "failed";

    public const string Timeout = "timeout";

    /// <summary>This process could not say who it is.</summary>
    public const string NoIdentity = "no-identity";
}
