namespace Mesh.Model.HealthChecks;

/// <summary>
/// Tells from good and bad answers in a row whether an endpoint is well. The first answer decides at once, in either way. One writer at a
/// time; anybody may read.
/// </summary>
/// <param name="settings">The thresholds.</param>
/// <param name="reason">Why it is thought to be unwell until the first answer; null: it is not.</param>
internal sealed class HealthRecord(HealthCheckSettings settings, string? reason)
{
    private volatile string? _reason = reason;
    private int _good;
    private int _bad;

    public bool IsWell => _reason is null;

    /// <summary>What was wrong the last time, in words; null: it is well.</summary>
    public string? Reason => _reason;

    /// <summary>Takes an answer: what is wrong, or null. True: it made the endpoint well, or unwell.</summary>
    public bool Take(string? problem)
    {
        bool wasWell = IsWell;
        bool isFirst = _good + _bad == 0;
        if (problem is null)
        {
            _good++;
            _bad = 0;
            if (isFirst || _good >= settings.HealthyThreshold)
            {
                _reason = null;
            }
        }
        else
        {
            _bad++;
            _good = 0;
            if (isFirst || !wasWell || _bad >= settings.UnhealthyThreshold)
            {
                _reason = _bad == 1 ? $"the last health check failed: {problem}" : $"the last {_bad} health checks failed: {problem}";
            }
        }

        return IsWell != wasWell;
    }
}
