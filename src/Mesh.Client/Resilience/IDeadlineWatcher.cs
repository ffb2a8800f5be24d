namespace Mesh.Client.Resilience;

/// <summary>Who wants to know when the time of a call is over.</summary>
internal interface IDeadlineWatcher
{
    /// <summary>The call's time is over. May come twice, and from any thread.</summary>
    void OnTimeOver();
}
