namespace Mesh.Model.Documents;

/// <summary>The names of settings about security. A key like one of them is never let pass, wherever it stands.</summary>
internal static class SecurityNames
{
    private static readonly string[] s_parts = ["tls", "auth", "cert"];

    private static readonly string[] s_names = [.. Of(MeshSchema.Section).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether the key is or resembles such a name, or sounds like one of a later version.</summary>
    public static bool Concern(string key) =>
        s_parts.Any(part => key.Contains(part, StringComparison.OrdinalIgnoreCase)) || NearestName.Find(key, s_names) is not null;

    private static IEnumerable<string> Of(Shape shape) => shape.Settings.SelectMany(setting =>
        Of(setting.Shape).Concat(setting.IsSecurity ? [setting.Name] : []));
}
