using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>Which processes of its namespace a policy is for. What is not given does not matter.</summary>
internal sealed record WorkloadSelector
{
    public string? Service { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Maps.Empty;

    public bool IsMatch(string service, ImmutableSortedDictionary<string, string> labels) =>
        (Service is null || Service.Equals(service, StringComparison.OrdinalIgnoreCase))
        && Labels.All(label => labels.TryGetValue(label.Key, out string? value) && string.Equals(value, label.Value, StringComparison.Ordinal));
}
