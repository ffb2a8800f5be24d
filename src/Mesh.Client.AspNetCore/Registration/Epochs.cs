namespace Mesh.Client.AspNetCore.Registration;

/// <summary>Numbers that grow with each registration of this process, and, by the clock, beyond those of any before it with the same instance.</summary>
internal sealed class Epochs(TimeProvider time)
{
    private long _last;

    public long Next()
    {
        while (true)
        {
            long last = Interlocked.Read(ref _last);
            long next = Math.Max(last + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
