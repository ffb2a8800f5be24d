namespace Mesh.ConfigServer.Xds;

/// <summary>Who this server is to its clients, and how much it takes from them.</summary>
internal sealed class XdsOptions
{
    /// <summary>Tells servers of a mesh apart.</summary>
    public string ServerId { get; set; } = Environment.MachineName;

    /// <summary>Streams at the same time.</summary>
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>New streams in a second, and at once; more wait in line.</summary>
    public int NewStreamsPerSecond { get; set; } = 500;

    /// <summary>Clients that are told their first state at the same time; the others wait.</summary>
    public int ConcurrentInitialSyncs { get; set; } = 64;

    /// <summary>How long a client may keep others waiting while it takes its first state.</summary>
    public TimeSpan InitialSyncTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a stream may be silent before it says who it is.</summary>
    public TimeSpan FirstRequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Names that one stream may subscribe to, of all types.</summary>
    public int MaxNames { get; set; } = 10_000;

    /// <summary>Of one request, in bytes.</summary>
    public int MaxRequestSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// How long after news of endpoints a client that is not of our own is told none, for it is sent all of a service's each time.
    /// </summary>
    public TimeSpan EndpointsPause { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>After this, give or take a fifth, a client is asked to connect again, so that clients spread over the servers.</summary>
    public TimeSpan MaxStreamAge { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>At shutdown streams are ended little by little, over this time at most: few streams take less.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a client may take to read the end of its stream before that is cut, and, after a shutdown's last one, its connection.
    /// </summary>
    public TimeSpan LeaveTime { get; set; } = TimeSpan.FromSeconds(1);
}
