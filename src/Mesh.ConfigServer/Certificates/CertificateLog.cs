using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What the authority logs: never a key, never a token.</summary>
internal static partial class CertificateLog
{
    [LoggerMessage(180, LogLevel.Information, "The mesh is '{TrustDomain}', by the root '{Root}', which holds until {NotAfter:u}. The authority is in {Place}.",
        EventName = "AuthorityOpened")]
    public static partial void AuthorityOpened(this ILogger logger, string trustDomain, string root, DateTimeOffset notAfter, string place);

    [LoggerMessage(181, LogLevel.Information, "The server's own authority was renewed and holds until {NotAfter:u}.", EventName = "IssuerRenewed")]
    public static partial void IssuerRenewed(this ILogger logger, DateTimeOffset notAfter);

    [LoggerMessage(182, LogLevel.Error, "The server's own authority was not renewed, and ends {NotAfter:u}; it is tried again. {Reason}",
        EventName = "IssuerNotRenewed")]
    public static partial void IssuerNotRenewed(this ILogger logger, DateTimeOffset notAfter, string reason);
}
