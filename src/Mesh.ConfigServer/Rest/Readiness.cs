namespace Mesh.ConfigServer.Rest;

/// <summary>Whether the server should be given work.</summary>
internal sealed class Readiness
{
    private volatile bool _isStarted;
    private volatile bool _isStopping;

    /// <summary>The store is open, and all listens.</summary>
    public bool IsStarted
    {
        get => _isStarted;
        set => _isStarted = value;
    }

    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }
}
