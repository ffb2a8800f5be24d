namespace Mesh.Soak.Shop;

/// <summary>What was killed, and when: the only reasons that calls may have to fail.</summary>
internal sealed class Losses
{
    private readonly List<(long From, long To)> _times = [];
    private readonly HashSet<int> _killed = [];
    private readonly HashSet<int> _untold = [];

    public int Kills => _killed.Count;

    public int Untold => _untold.Count;

    /// <summary>A replica was killed there.</summary>
    public void Killed(int port) => _killed.Add(port);

    /// <summary>A replica stopped there, and there was no config server that could tell others. They met a port that is closed.</summary>
    public void StoppedUntold(int port) => _untold.Add(port);

    /// <summary>From here on things are killed, until it is disposed: all is well again.</summary>
    public IDisposable Begin() => new Time(this);

    /// <summary>Nothing was killed, or away, while it ran.</summary>
    public bool IsCalm(Failure failure) => !_times.Exists(time => failure.Ended >= time.From && failure.Began <= time.To);

    /// <summary>It was under way to a replica that was killed.</summary>
    public bool ExplainByKill(Failure failure) => IsReset(failure) && _killed.Contains(failure.Port!.Value);

    /// <summary>It was under way to a replica that closed its port, and had perhaps not taken the connection yet: its caller cannot know.</summary>
    public bool ExplainByStop(Failure failure) => IsReset(failure) && _untold.Contains(failure.Port!.Value);

    private static bool IsReset(Failure failure) => failure is { IsIdempotent: false, Kind: "Reset", Port: not null };

    private sealed class Time(Losses losses) : IDisposable
    {
        private readonly long _from = Now();

        public void Dispose() => losses._times.Add((_from, Now()));

        private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    }
}
