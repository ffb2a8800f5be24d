namespace Mesh.ConfigServer.Store;

/// <summary>Who writes, and why. As claimed: nobody has verified it.</summary>
internal sealed record Authorship(string Author, string Message = "");
