namespace Mesh.ConfigServer.Rest;

/// <summary>Metadata: the endpoint writes, and reads the headers that go with it.</summary>
/// <param name="TakesPreconditions">Whether If-Match and If-None-Match are among them.</param>
internal sealed record WriteHeaders(bool TakesPreconditions);
