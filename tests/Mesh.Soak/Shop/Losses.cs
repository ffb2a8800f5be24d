namespace Mesh.Soak.Shop;

/// <summary>What was killed, and when: the only reasons that calls may have to fail.</summary>
internal sealed class Losses
{
    private readonly List<(long From, long To)> _times = [];
    private readonly HashSet<int> _ports = [];

    public int Kills => _ports.Count;

    /// <summary>A replica was killed there.</summary>
    public void Killed(int port) => _ports.Add(port);

    /// <summary>From here on things are killed, until it is disposed: all is well again.</summary>
    public IDisposable Begin() => new Time(this);

    /// <summary>Nothing was killed, or away, while it ran.</summary>
    public bool IsCalm(Failure failure) => !_times.Exists(time => failure.Ended >= time.From && failure.Began <= time.To);

    /// <summary>It was under way to a replica that was killed.</summary>
    public bool Explain(Failure failure) => failure is { IsIdempotent: false, Kind: "Reset", Port: { } port } && _ports.Contains(port);

    private sealed class Time(Losses losses) : IDisposable
    {
        private readonly long _from = Now();

        public void Dispose() => losses._times.Add((_from, Now()));

        private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    }
}
