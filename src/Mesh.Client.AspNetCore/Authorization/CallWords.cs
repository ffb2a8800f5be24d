using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.AspNetCore.Tls;
using Mesh.Model.Authorization;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>Calls and what is said of them in words, for logs.</summary>
internal static class CallWords
{
    public static string Caller(in CallFacts facts) => facts.Peer?.ToString() ?? facts.RemoteAddress?.ToString() ?? "somebody";

    /// <summary>Encoded again: a caller is to write no lines of its own.</summary>
    public static string Path(in CallFacts facts) => facts.Path is ['/', ..] ? new PathString(facts.Path).ToUriComponent() : "*";

    public static string Of(in AuthorizationVerdict verdict) => verdict.IsAllowed ? "allowed" : "refused";

    /// <summary>Why a call is refused that a table says this of.</summary>
    public static string Why(in AuthorizationVerdict verdict, AuthorizationTable table) => verdict switch
    {
        { By: { } rule } => $"By {rule}.",
        { Reason: AuthorizationReason.NotAllowed } => "No policy allows it.",
        _ => $"No policy allows anything, and the mesh's default is {table.Standard}.",
    };

    /// <summary>Why a caller is not believed any more; null: it is.</summary>
    public static string? WhyNotBelieved(InboundRules rules, PeerProof? proof) =>
        proof is not null && rules.IsRevoked(proof.Id, proof.NotBefore) ? PeerCheck.Revoked : null;
}
