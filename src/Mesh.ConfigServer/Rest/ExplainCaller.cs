namespace Mesh.ConfigServer.Rest;

/// <summary>Who calls.</summary>
/// <param name="Service">Its name, without the namespace.</param>
/// <param name="Namespace"><c>default</c> unless given.</param>
/// <param name="Labels">Those that it runs with.</param>
internal sealed record ExplainCaller(string Service = "", string? Namespace = null, IReadOnlyDictionary<string, string>? Labels = null);
