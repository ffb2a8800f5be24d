namespace Mesh.Client.AspNetCore.Draining;

/// <summary>Whether the host was told to stop, and when.</summary>
internal sealed class DrainState
{
    private const long NotYet = long.MinValue;

    private long _beganAt = NotYet;

    public bool IsDraining => BeganAt != NotYet;

    /// <summary>A timestamp of the clock.</summary>
    public long BeganAt => Interlocked.Read(ref _beganAt);

    /// <summary>The first word counts.</summary>
    public void Begin(long now) => Interlocked.CompareExchange(ref _beganAt, now, NotYet);
}
