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

    [LoggerMessage(183, LogLevel.Warning, "The caller at {Address} has not proven who it is. {Reason}", EventName = "CallerNotProven")]
    public static partial void CallerNotProven(this ILogger logger, string address, string reason);

    [LoggerMessage(184, LogLevel.Information, "{Identity} at {Address} got certificate {Serial}, which holds until {NotAfter:u}, by {Proof}.",
        EventName = "CertificateIssued")]
    public static partial void CertificateIssued(
        this ILogger logger, string identity, string address, string serial, DateTimeOffset notAfter, string proof);

    [LoggerMessage(185, LogLevel.Warning, "{Address} got no certificate ({Status}): {Reason}", EventName = "CertificateRefused")]
    public static partial void CertificateRefused(this ILogger logger, string address, Grpc.Core.StatusCode status, string reason);

    [LoggerMessage(186, LogLevel.Warning, "{What} was taken back by {Author}: {Reason}", EventName = "IdentityRevoked")]
    public static partial void IdentityRevoked(this ILogger logger, string what, string author, string reason);

    [LoggerMessage(187, LogLevel.Error, "{Identity}, the process {Instance} at {Address}, is locked: {Reason}", EventName = "IdentityLocked")]
    public static partial void IdentityLocked(this ILogger logger, string identity, string instance, string? address, string reason);

    [LoggerMessage(188, LogLevel.Warning, "{Identity}, the process {Instance}, was unlocked by {Author}.", EventName = "IdentityUnlocked")]
    public static partial void IdentityUnlocked(this ILogger logger, string identity, string instance, string author);

    [LoggerMessage(189, LogLevel.Warning, "The mesh's root: {Step}", EventName = "RootRotation")]
    public static partial void RootRotation(this ILogger logger, string step);

    [LoggerMessage(166, LogLevel.Warning, "The last line of {File} was half written when the server ended, for a certificate that nobody got. It was taken out.",
        EventName = "CertificateJournalMended")]
    public static partial void JournalMended(this ILogger logger, string file);

    [LoggerMessage(167, LogLevel.Error, "{File} was tampered with, or damaged. {Fault} What is issued from now on is added all the same.",
        EventName = "CertificateJournalBroken")]
    public static partial void JournalBroken(this ILogger logger, string file, string fault);

    [LoggerMessage(168, LogLevel.Error, "The change of the mesh's root does not get on, and is tried again. {Reason}", EventName = "RootRotationFailed")]
    public static partial void RootRotationFailed(this ILogger logger, string reason);
}
