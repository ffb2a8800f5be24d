namespace Mesh.ConfigServer.Xds;

/// <summary>What a stream needs of the world around it.</summary>
internal interface IStreamEnvironment
{
    TimeProvider Time { get; }

    /// <summary>Names that it may subscribe to.</summary>
    int MaxNames { get; }

    /// <summary>How long after news of endpoints a foreign client is told none; what it asks for it is told at once.</summary>
    TimeSpan EndpointsPause { get; }

    /// <summary>It is to be asked after that time what it has to say.</summary>
    void WakeAfter(TimeSpan time);

    /// <summary>It is to be shown the resource, now and whenever it may have changed.</summary>
    void Watch(SubscribedResource resource);

    void Unwatch(SubscribedResource resource);

    /// <summary>The client has refused a response.</summary>
    void Refused(ResourceType type, string reason);

    /// <summary>The client asks for all there is, which nobody is told.</summary>
    void AskedForAll(ResourceType type);
}
