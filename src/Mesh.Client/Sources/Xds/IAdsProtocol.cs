using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>A variant of the protocol on one stream: without a lock, I/O or a clock.</summary>
internal interface IAdsProtocol<TRequest, TResponse>
{
    /// <summary>What is to be sent now.</summary>
    /// <param name="now">The clock's ticks, from which answers are overdue later.</param>
    IReadOnlyList<TRequest> Flush(long now);

    /// <summary>Reads the resources of a response. It needs no lock, however long it takes.</summary>
    IReadOnlyList<SentResource> Read(TResponse response);

    /// <summary>Takes a response, and prepares the answer to it.</summary>
    /// <param name="response">The response.</param>
    /// <param name="contents">Its resources, as they were read.</param>
    /// <param name="now">The clock's ticks.</param>
    /// <returns>The resources that it speaks of.</returns>
    IReadOnlyList<XdsResource> Take(TResponse response, IReadOnlyList<SentResource> contents, long now);

    /// <summary>The stream is over: it asks for nothing any more.</summary>
    void End();

    /// <summary>What the server says of itself; null: nothing.</summary>
    Wire.ControlPlane? ServerOf(TResponse response);
}
