namespace Mesh.Client.AspNetCore.Draining;

/// <summary>Whether the host was told to stop, and when.</summary>
internal sealed class DrainState
{
    private long _beganAt;
    private int _hasBegun;
    private volatile bool _isDraining;

    public bool IsDraining => _isDraining;

    /// <summary>A timestamp of the clock.</summary>
    public long BeganAt => _beganAt;

    /// <summary>The first word counts.</summary>
    public void Begin(long now)
    {
        if (Interlocked.Exchange(ref _hasBegun, 1) == 0)
        {
            _beganAt = now;
            _isDraining = true;
        }
    }
}
