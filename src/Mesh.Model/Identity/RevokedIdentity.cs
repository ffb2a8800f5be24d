namespace Mesh.Model.Identity;

/// <summary>An identity that was taken back.</summary>
/// <param name="Id">Whose.</param>
/// <param name="Until">Its certificates that began then, or before, are not believed. Whoever is let in anew has a later one.</param>
internal readonly record struct RevokedIdentity(SpiffeId Id, DateTimeOffset Until);
