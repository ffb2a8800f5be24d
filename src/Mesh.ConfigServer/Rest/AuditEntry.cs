using System.Collections.Immutable;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Rest;

/// <summary>A write, or one that was refused.</summary>
/// <param name="Number">Grows with every record.</param>
/// <param name="Time">When.</param>
/// <param name="By">The name of the access token; <c>loopback</c>: somebody on the server's machine, without one; <c>unproven</c>: somebody whose token was not taken.</param>
/// <param name="Token">The id of the access token; null: there was none.</param>
/// <param name="Claimed">Who the caller said that it was; null: it did not say.</param>
/// <param name="Address">Where the caller was.</param>
/// <param name="RequestId">Of the request.</param>
/// <param name="Kind"><c>documents</c>, <c>tokens</c>, <c>access</c>, <c>identities</c> or <c>ca</c>.</param>
/// <param name="Action">What was done, or asked for.</param>
/// <param name="Changes">By what was written, the first of them.</param>
/// <param name="MoreChanges">How many there are besides.</param>
/// <param name="Epoch">Of the generation; null: it made none.</param>
/// <param name="Generation">That it made; null: it made none.</param>
/// <param name="Refusal">Why it was refused; null: it was done.</param>
/// <param name="Omitted">How many that were refused before it are not recorded, for they were too many.</param>
internal sealed record AuditEntry(
    long Number, DateTimeOffset Time, string By, string? Token, string? Claimed, string Address, string RequestId, string Kind, string Action,
    ImmutableArray<AuditChange> Changes, int MoreChanges, long? Epoch, long? Generation, string? Refusal, int Omitted)
{
    public static AuditEntry Of(AuditRecord record) => new(
        record.Number, record.Time, record.Origin.By, record.Origin.Token, record.Origin.Claimed, record.Origin.Address, record.Origin.RequestId,
        record.Kind, record.Action, record.Changes, record.MoreChanges, record.Version?.Epoch, record.Version?.Generation, record.Refusal, record.Omitted);
}
