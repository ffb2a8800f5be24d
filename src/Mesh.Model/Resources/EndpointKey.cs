namespace Mesh.Model;

/// <summary>Tells one endpoint of a service from another, without a text being made of it. Hosts may be written in any case.</summary>
internal readonly record struct EndpointKey(string Host, int Port)
{
    public bool Equals(EndpointKey other) => Port == other.Port && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => HashCode.Combine(Host.GetHashCode(StringComparison.OrdinalIgnoreCase), Port);
}
