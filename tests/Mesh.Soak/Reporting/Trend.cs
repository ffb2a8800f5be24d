namespace Mesh.Soak.Reporting;

/// <summary>Whether a process takes ever more: what it takes at the end, against what it took after its first third.</summary>
internal sealed class Trend
{
    // Of all looks, so many are taken together: single ones say little.
    private const int Part = 6;

    private readonly Lock _gate = new();
    private readonly List<(int Handles, long Memory)> _looks = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _looks.Count;
            }
        }
    }

    public void Add(int handles, long memory)
    {
        lock (_gate)
        {
            _looks.Add((handles, memory));
        }
    }

    public (double Then, double Now) Handles => Of(look => look.Handles);

    /// <summary>In megabytes.</summary>
    public (double Then, double Now) Memory => Of(look => look.Memory / (1024.0 * 1024));

    private (double Then, double Now) Of(Func<(int Handles, long Memory), double> value)
    {
        lock (_gate)
        {
            int length = Math.Max(1, _looks.Count / Part);
            return (Middle(_looks.Skip(_looks.Count / 3).Take(length)), Middle(_looks.TakeLast(length)));
        }

        double Middle(IEnumerable<(int Handles, long Memory)> looks) =>
            looks.Select(value).Order().ToArray() is { Length: > 0 } ordered ? ordered[ordered.Length / 2] : 0;
    }
}
