namespace Mesh.Soak.Outage;

/// <summary>Which calls failed, by the mesh and beside it.</summary>
internal sealed class Failures(IEnumerable<CallRecord> calls)
{
    // How far apart two calls to one backend may be that meet the same failure of it.
    private const int SameMoment = 500;

    private readonly CallRecord[] _meshed = [.. calls.Where(call => call is { IsMeshed: true, Failure: not null })];
    private readonly CallRecord[] _plain = [.. calls.Where(call => call is { IsMeshed: false, Failure: not null })];

    public int Meshed => _meshed.Length;

    public int Plain => _plain.Length;

    /// <summary>Failures of the mesh to a backend at which no plain call failed at that moment.</summary>
    public string[] OfTheMeshAlone =>
    [
        .. _meshed.Where(call => !_plain.Any(other => other.Endpoint == call.Endpoint && call.Began <= other.Ended + SameMoment && other.Began <= call.Ended + SameMoment))
            .Select(call => $"{call.Consumer}: {call.Failure} of {call.Endpoint ?? "none"} after {call.Took:0} ms"),
    ];

    public string Describe() => $"mesh {Reasons(_meshed)}, plain {Reasons(_plain)}";

    private static string Reasons(CallRecord[] failed) => failed.Length == 0
        ? "0" : $"{failed.Length}: {string.Join(", ", failed.GroupBy(call => call.Failure).Select(reason => $"{reason.Count()} {reason.Key}"))}";
}
