namespace Mesh.ConfigServer.Rest;

/// <summary>Which old generation's documents to bring back.</summary>
internal sealed record RollbackRequest(long Generation);
