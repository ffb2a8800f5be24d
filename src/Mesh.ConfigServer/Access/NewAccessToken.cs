using System.Collections.Immutable;

namespace Mesh.ConfigServer.Access;

/// <summary>A token to make.</summary>
/// <param name="Name">Null: one that comes of its role and id.</param>
/// <param name="Role">What it allows.</param>
/// <param name="Namespaces">Where; null: everywhere.</param>
/// <param name="Lifetime">For how long.</param>
internal sealed record NewAccessToken(string? Name, AccessRole Role, ImmutableSortedSet<string>? Namespaces, TimeSpan Lifetime);
