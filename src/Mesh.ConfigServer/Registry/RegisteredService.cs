using System.Collections.Immutable;

namespace Mesh.ConfigServer.Registry;

/// <summary>A service that has, or has had, instances that registered, at one moment.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Instances">Those that there are, by name.</param>
/// <param name="Comings">Instances that came in the last <see cref="RecentChanges.Minutes"/> minutes.</param>
/// <param name="Goings">Instances that went in that time, in whatever way.</param>
/// <param name="EmptyFor">How long ago the last one went; null: there are some.</param>
internal sealed record RegisteredService(
    string Name, ImmutableArray<RegisteredInstance> Instances, int Comings, int Goings, TimeSpan? EmptyFor);
