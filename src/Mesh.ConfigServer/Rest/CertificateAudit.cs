using System.Collections.Immutable;
using Mesh.ConfigServer.Certificates;

namespace Mesh.ConfigServer.Rest;

/// <summary>What was issued, and whether the file that says so is as it was written.</summary>
/// <param name="File">The file.</param>
/// <param name="Lines">How many certificates it has.</param>
/// <param name="Fault">What is wrong with it, as a sentence; null: nothing is, or it was not asked.</param>
/// <param name="IsVerified">Whether that was asked.</param>
/// <param name="Certificates">The newest first.</param>
internal sealed record CertificateAudit(string File, long? Lines, string? Fault, bool IsVerified, ImmutableArray<JournalEntry> Certificates);
