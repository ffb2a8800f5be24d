using System.Collections.Immutable;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Model;

namespace Mesh.Client.Sources.Xds;

/// <summary>Which servers are asked, by whom, and where what they say is kept.</summary>
/// <param name="Addresses">In order of preference; none: there is no config server.</param>
/// <param name="CacheDirectory">Null: nothing is kept.</param>
/// <param name="Identity">It has a name.</param>
/// <param name="Bootstrap">What the servers' bootstrap says; null: they are config servers of our own.</param>
internal sealed record XdsTarget(ImmutableArray<Uri> Addresses, string? CacheDirectory, ServiceIdentity Identity, XdsBootstrap? Bootstrap = null)
{
    public bool IsConfigured => !Addresses.IsEmpty;

    /// <summary>The addresses as people write them.</summary>
    public string Servers => string.Join(", ", Addresses.Select(XdsServer.TextOf));

    public static XdsTarget Of(MeshSettings settings, MeshIdentity identity, XdsBootstrap? bootstrap = null) => new(
        bootstrap is null ? [.. settings.ConfigServer.Addresses.Select(address => new Uri(address))] : [.. bootstrap.Servers.Select(server => server.Address)],
        settings.ConfigServer.CacheDirectory,
        identity.By(settings),
        bootstrap);

    public bool Equals(XdsTarget? other) =>
        other is not null
        && Addresses.SequenceEqual(other.Addresses)
        && CacheDirectory == other.CacheDirectory
        && ReferenceEquals(Bootstrap, other.Bootstrap)
        && Identity with { Labels = Maps.Empty, Weight = 1 } == other.Identity with { Labels = Maps.Empty, Weight = 1 }
        && Identity.Labels.SequenceEqual(other.Identity.Labels);

    public override int GetHashCode() => HashCode.Combine(Servers, CacheDirectory, Identity.Name);
}
