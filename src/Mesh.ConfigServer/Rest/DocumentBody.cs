namespace Mesh.ConfigServer.Rest;

/// <summary>Metadata: the endpoint takes documents, which it reads by itself.</summary>
internal sealed record DocumentBody;
