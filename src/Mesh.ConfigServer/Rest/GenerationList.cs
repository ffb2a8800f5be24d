using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>A page of the history, newest first.</summary>
internal sealed record GenerationList(ImmutableArray<Generation> Generations);
