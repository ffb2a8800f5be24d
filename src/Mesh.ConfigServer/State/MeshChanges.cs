using System.Collections.Immutable;

namespace Mesh.ConfigServer.State;

/// <summary>What is not as it was in a state before. After a step only that is looked at which the step names.</summary>
internal static class MeshChanges
{
    /// <summary>The full names of services that came, changed and went.</summary>
    public static IEnumerable<string> Services(MeshState before, MeshState after) =>
        (IsStep(before, after) ? after.ChangedServices : after.Services.Keys.Union(before.Services.Keys, StringComparer.Ordinal))
            .Where(name => IsOther(name, before, after));

    /// <summary>Whether a service came, changed or went, or is another one that has come in between.</summary>
    public static bool IsOther(string service, MeshState before, MeshState after) =>
        !ReferenceEquals(before.Services.GetValueOrDefault(service), after.Services.GetValueOrDefault(service))
        || before.Births.GetValueOrDefault(service) != after.Births.GetValueOrDefault(service);

    /// <summary>The hosts that lead elsewhere.</summary>
    public static IEnumerable<string> Hosts(MeshState before, MeshState after) =>
        (IsStep(before, after) ? after.ChangedServices.SelectMany(service => HostsOf(service, before).Concat(HostsOf(service, after)))
            : ReferenceEquals(before.Hosts, after.Hosts) && ReferenceEquals(before.Births, after.Births) ? []
            : after.Hosts.Keys.Concat(before.Hosts.Keys))
            .Distinct(StringComparer.Ordinal).Where(host => Target(host, before) != Target(host, after));

    private static bool IsStep(MeshState before, MeshState after) => after.Step > 0 && after.Step == before.Step + 1 + after.Skipped;

    private static IEnumerable<string> HostsOf(string service, MeshState state) =>
        (state.Services.GetValueOrDefault(service)?.Hosts ?? []).Select(host => host.ToLowerInvariant());

    // A service that went and came back is another one: listeners say which.
    private static (string? Service, long Born) Target(string host, MeshState state) =>
        state.OwnerOf(host) is { } service ? (service, state.Births.GetValueOrDefault(service)) : default;
}
