namespace Mesh.ConfigServer.Access;

/// <summary>Another access token in force has the name.</summary>
internal sealed class NameTakenException(string message) : Exception(message);
