namespace Mesh.Soak.Outage;

/// <summary>A call as its consumer tells of it.</summary>
/// <param name="Consumer">Who called.</param>
/// <param name="IsMeshed">Through the mesh; otherwise by the plain client beside it.</param>
/// <param name="Began">When, in milliseconds of Unix time.</param>
/// <param name="Took">Milliseconds.</param>
/// <param name="Endpoint">Which backend failed; null where none did.</param>
/// <param name="Rule">What the rule in force put into the answer.</param>
/// <param name="Failure">Why there is no answer; null where there is one.</param>
/// <param name="Status">Of the failure, where it has one.</param>
internal sealed record CallRecord(
    string Consumer, bool IsMeshed, long Began, double Took, string? Endpoint, string? Rule, string? Failure, int? Status)
{
    public long Ended => Began + (long)Took;
}
