namespace Mesh.ConfigServer.Registry;

/// <summary>How an instance is, as far as the server knows.</summary>
internal enum InstanceState
{
    /// <summary>It is heard.</summary>
    Ready,

    /// <summary>Its stream is gone, or it has not said for two intervals that it is alive. It is called until its lease ends.</summary>
    Silent,

    /// <summary>A check failed: it is called last.</summary>
    Unhealthy,

    /// <summary>
    /// Its lease has ended together with those of most others, which is more likely the network's fault, or it was there before the server was
    /// away for long: it is kept for a while, and called last as soon as those who are called last are no more than half.
    /// </summary>
    Held,

    /// <summary>It was there before the server started, and has not been heard since.</summary>
    Restored,
}
