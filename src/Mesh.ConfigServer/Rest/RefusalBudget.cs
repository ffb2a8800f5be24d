namespace Mesh.ConfigServer.Rest;

/// <summary>How many refusals are kept in a minute: of each caller so many, so that none hides another's, and of all together.</summary>
internal sealed class RefusalBudget(TimeProvider time)
{
    private const int MostOfOne = 30;
    private const int Most = 300;

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _kept = new(StringComparer.Ordinal);
    private long _since = time.GetTimestamp();
    private int _all;
    private int _omitted;

    /// <param name="caller">Whose it is.</param>
    /// <param name="omitted">So many were not kept since the last one that was.</param>
    public bool TryTake(string caller, out int omitted)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_since) >= s_window)
            {
                (_since, _all) = (time.GetTimestamp(), 0);
                _kept.Clear();
            }

            int its = _kept.GetValueOrDefault(caller);
            if (_all >= Most || its >= MostOfOne)
            {
                omitted = 0;
                _omitted++;
                return false;
            }

            (_kept[caller], _all) = (its + 1, _all + 1);
            (omitted, _omitted) = (_omitted, 0);
            return true;
        }
    }
}
