namespace Mesh.Client.Files;

/// <summary>A file or folder is another user's, or others may change it.</summary>
internal sealed class UnsafePlaceException(string message) : IOException(message);
