namespace Mesh.Client.Sources.Xds.Cache;

/// <summary>A cache that is not used, and why.</summary>
internal sealed class CacheException(string message) : Exception(message);
