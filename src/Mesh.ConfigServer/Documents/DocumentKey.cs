namespace Mesh.ConfigServer.Documents;

/// <summary>What a document is about. Names are compared without regard to case.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Namespace">Empty where the kind has none; <c>*</c> for a policy of the whole mesh.</param>
/// <param name="Name">The service, or the policy; <c>mesh</c> for the mesh's own settings.</param>
internal sealed record DocumentKey(string Kind, string Namespace, string Name) : IComparable<DocumentKey>
{
    public const string Service = "Service";
    public const string MeshSettings = "MeshSettings";
    public const string AuthorizationPolicy = "AuthorizationPolicy";
    public const string PeerAuthentication = "PeerAuthentication";

    /// <summary>The name of the mesh's own settings.</summary>
    public const string MeshName = "mesh";

    /// <summary>All there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Service, MeshSettings, AuthorizationPolicy, PeerAuthentication];

    /// <summary>The key of the mesh's own settings.</summary>
    public static DocumentKey Settings { get; } = new(MeshSettings, "", MeshName);

    /// <summary>What a service is called in the whole mesh: <c>catalog.default</c>, in lower case.</summary>
    public string FullName => $"{Name}.{Namespace}".ToLowerInvariant();

    /// <summary>That of a service, from its full name.</summary>
    public static DocumentKey OfService(string fullName)
    {
        // Namespaces may have dots, names have none.
        int dot = fullName.IndexOf('.', StringComparison.Ordinal);
        return new DocumentKey(Service, fullName[(dot + 1)..], fullName[..dot]);
    }

    public int CompareTo(DocumentKey? other) => other is null ? 1
        : (Compare(Kind, other.Kind), Compare(Namespace, other.Namespace), Compare(Name, other.Name)) switch
        {
            (not 0 and var kind, _, _) => kind,
            (_, not 0 and var space, _) => space,
            (_, _, var name) => name,
        };

    public bool Equals(DocumentKey? other) => CompareTo(other) == 0;

    public override int GetHashCode() => HashCode.Combine(Hash(Kind), Hash(Namespace), Hash(Name));

    public override string ToString() => Namespace.Length == 0 ? $"{Kind} {Name}" : $"{Kind} {Name}.{Namespace}";

    private static int Compare(string one, string other) => string.Compare(one, other, StringComparison.OrdinalIgnoreCase);

    private static int Hash(string text) => text.GetHashCode(StringComparison.OrdinalIgnoreCase);
}
