namespace Mesh.Client.Runtime;

/// <summary>
/// Tells the first calls to a service from all others: those that began before any was answered. Their times tell more of this process, which
/// had yet to compile what it ran, than of the endpoint that answered.
/// </summary>
internal sealed class ColdStart
{
    private long _firstAnswer = long.MaxValue;

    /// <param name="started">When the call, which is answered, began.</param>
    /// <param name="now">The timestamp of its answer.</param>
    public bool Covers(long started, long now)
    {
        long first = Volatile.Read(ref _firstAnswer);
        if (started >= first)
        {
            return false;
        }

        if (first == long.MaxValue)
        {
            Interlocked.CompareExchange(ref _firstAnswer, now, first);
        }

        return true;
    }
}
