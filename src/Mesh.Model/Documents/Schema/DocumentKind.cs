namespace Mesh.Model.Documents;

/// <summary>A kind of document that a config server keeps, and the table by which it is read.</summary>
/// <param name="Word">How documents name it.</param>
/// <param name="Table">Its settings.</param>
/// <param name="Read">Reads a whole document, for its faults.</param>
internal sealed record DocumentKind(string Word, Shape Table, Action<DocumentNode, Reading> Read)
{
    /// <summary>What names are; null: there is but one document of the kind.</summary>
    public Scalar<string>? Name { get; init; }

    /// <summary>What namespaces are, where there are names.</summary>
    public Scalar<string> Namespace { get; init; } = Names.Part;

    public static DocumentKind Service { get; } = Of(ServiceDocument.Kind, DocumentSchema.Service) with { Name = DocumentSchema.Name };

    public static DocumentKind MeshSettings { get; } = Of(SettingsDocument.Kind, DocumentSchema.MeshSettings);

    public static DocumentKind AuthorizationPolicy { get; } = OfPolicies(AuthorizationSchema.Kind, AuthorizationSchema.Section);

    public static DocumentKind PeerAuthentication { get; } = OfPolicies(PeerAuthenticationSchema.Kind, PeerAuthenticationSchema.Section);

    /// <summary>Null: no such kind is known.</summary>
    public static DocumentKind? Find(string word) =>
        ((DocumentKind[])[Service, MeshSettings, AuthorizationPolicy, PeerAuthentication]).FirstOrDefault(kind => kind.Word == word);

    private static DocumentKind Of<T>(string word, Section<T> table) => new(word, table, (root, reading) => table.Read(root, reading));

    private static DocumentKind OfPolicies<T>(string word, Section<T> table) =>
        Of(word, table) with { Name = Names.Part, Namespace = SelectorSchema.Namespace };
}
