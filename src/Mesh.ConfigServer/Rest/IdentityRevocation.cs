namespace Mesh.ConfigServer.Rest;

/// <summary>An identity to take back: a service, one process of it, or whoever has a certificate.</summary>
/// <param name="Reason">Why, for the log and for whoever asks later.</param>
/// <param name="Service">All processes of the service.</param>
/// <param name="Namespace">The service's; <c>default</c> unless given.</param>
/// <param name="Instance">One process, by its id in the list.</param>
/// <param name="Serial">The process that got the certificate of this serial number.</param>
/// <param name="KeepTokens">True: the service's join tokens stay good.</param>
internal sealed record IdentityRevocation(
    string Reason, string? Service = null, string? Namespace = null, string? Instance = null, string? Serial = null, bool KeepTokens = false);
