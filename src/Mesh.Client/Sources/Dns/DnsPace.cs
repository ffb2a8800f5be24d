namespace Mesh.Client.Sources.Dns;

/// <summary>How often names are looked up, until that changes.</summary>
internal sealed class DnsPace(TimeSpan interval)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan Interval => interval;

    /// <summary>Ends when another pace holds.</summary>
    public Task End => _end.Task;

    public void Finish() => _end.TrySetResult();
}
