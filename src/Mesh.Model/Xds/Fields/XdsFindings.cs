namespace Mesh.Model.Xds;

/// <summary>
/// What is gathered while a resource is read. There is an end to everything of which a few bytes take much memory: a stranger may have
/// sent them.
/// </summary>
internal sealed class XdsFindings
{
    // Nobody reads more.
    private const int MostFaults = 100;

    // Each takes a few milliseconds and up to 200 KB.
    private const int MostPatterns = 1_000;

    // What a host says once, each of its routes has.
    private const int MostEdits = 100_000;

    private int _patterns;
    private long _edits;

    public List<XdsFault> Faults { get; } = [];

    public List<XdsFault> Warnings { get; } = [];

    public bool TakePattern() => ++_patterns <= MostPatterns;

    public bool TakeEdits(int count) => (_edits += count) <= MostEdits;

    /// <param name="found">The faults, or the warnings.</param>
    /// <param name="path">Made for those alone that are kept.</param>
    /// <param name="message">What is wrong there.</param>
    public static void Add(List<XdsFault> found, Func<string> path, string message)
    {
        if (found.Count < MostFaults)
        {
            found.Add(new XdsFault(path(), message));
        }
        else if (found.Count == MostFaults)
        {
            found.Add(new XdsFault("", $"There are more than {MostFaults} of these."));
        }
    }
}
