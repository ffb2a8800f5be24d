namespace Mesh.ConfigServer.Rest;

/// <summary>Metadata: what the endpoint takes. It reads the body by itself, so that its refusals say what is wrong.</summary>
internal sealed record BodyOf(Type Type, string Description, params IReadOnlyList<string> MediaTypes);
