namespace Mesh.ConfigServer.Registry;

/// <summary>Who may register, and how long that holds.</summary>
internal sealed record RegistryOptions
{
    /// <summary>Over plain text nobody says who they are, so that only in the Development environment processes may register there.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Tells servers of a mesh apart.</summary>
    public string ServerId { get; init; } = Environment.MachineName;

    /// <summary>In which processes have their identities; null: this server gives none.</summary>
    public string? TrustDomain { get; init; }

    /// <summary>How long a process is believed after it was heard last.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a process is to say that it is alive: two of three may get lost.</summary>
    public TimeSpan KeepAliveInterval => Ttl / 3;

    /// <summary>How long after the start nobody is given up, and nothing is said not to exist.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After a longer absence of the server what it knew of processes is called last, until they are heard.</summary>
    public TimeSpan MaxAbsence { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// There was no registry before, as far as this server knows: clients may know better, so that what they have already is not said not
    /// to exist during the grace. Who is silent is given up, and what they did not have is decided at once.
    /// </summary>
    public bool IsNew { get; init; }

    /// <summary>Of all services.</summary>
    public int MaxRegistrations { get; init; } = 50_000;

    /// <summary>What one stream may register in a second, and at once; more is read later.</summary>
    public int RegistrationsPerSecond { get; init; } = 10;

    /// <summary>Of one message, in bytes.</summary>
    public int MaxMessageSize { get; init; } = 64 * 1024;

    /// <summary>How long a stream may be silent before it registers.</summary>
    public TimeSpan FirstMessageTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often leases are looked at.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After a change those of this time go out together.</summary>
    public TimeSpan BatchInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long those are held whose leases end together.</summary>
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a service is known after its last instance went.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a withdrawal waits for clients where the process does not say.</summary>
    public TimeSpan SpreadTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long it waits at most.</summary>
    public TimeSpan MaxSpreadTime { get; init; } = TimeSpan.FromSeconds(30);
}
