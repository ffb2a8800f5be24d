namespace Mesh.Model;

/// <summary>Tells whether an endpoint is the same as before: connections outlive neither their address nor the name that was verified.</summary>
/// <param name="Key">Its address.</param>
/// <param name="FoundBy">The host that it was found by in DNS, and that its certificate is for; null: it was not found there.</param>
internal readonly record struct EndpointIdentity(EndpointKey Key, string? FoundBy)
{
    public bool Equals(EndpointIdentity other) => Key == other.Key && string.Equals(FoundBy, other.FoundBy, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => Key.GetHashCode();
}
