namespace Mesh.Model;

/// <summary>How services are called: <c>name</c> or <c>name.namespace</c>, without regard to case.</summary>
internal static class ServiceNames
{
    /// <summary>The one spelling of a name: lower case, and short where its namespace is the caller's own.</summary>
    public static string Canonical(string name, string callersNamespace)
    {
        string lower = name.ToLowerInvariant();
        int dot = lower.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && lower.AsSpan(dot + 1).Equals(callersNamespace, StringComparison.OrdinalIgnoreCase) ? lower[..dot] : lower;
    }
}
