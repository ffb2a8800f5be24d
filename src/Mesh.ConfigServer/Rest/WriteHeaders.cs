namespace Mesh.ConfigServer.Rest;

/// <summary>Metadata: the endpoint writes, and reads the headers that go with it.</summary>
internal sealed record WriteHeaders;
