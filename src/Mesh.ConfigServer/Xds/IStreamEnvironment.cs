namespace Mesh.ConfigServer.Xds;

/// <summary>What a stream needs of the world around it.</summary>
internal interface IStreamEnvironment
{
    TimeProvider Time { get; }

    /// <summary>Names that it may subscribe to.</summary>
    int MaxNames { get; }

    /// <summary>It wants to be woken when this changes. As many times as it says so it must say that it does not any more.</summary>
    void Watch(LookupKey key);

    void Unwatch(LookupKey key);

    /// <summary>The client has refused a response.</summary>
    void Refused(ResourceType type, string reason);

    /// <summary>The client asks for all there is, which nobody is told.</summary>
    void AskedForAll(ResourceType type);
}
