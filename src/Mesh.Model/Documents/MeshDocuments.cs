namespace Mesh.Model.Documents;

/// <summary>Reads documents about the mesh, each by its table.</summary>
internal static class MeshDocuments
{
    /// <summary>As many faults of a config server's documents are told as a person may still mend in one go.</summary>
    public const int MostFaults = 500;

    /// <summary>The <c>Mesh</c> section of an application's settings. One that is absent says nothing: the defaults hold.</summary>
    public static DocumentResult<MeshSettings> ReadSettings(DocumentNode root)
    {
        bool lenient = "Warn".Equals(root.Find("UnknownSettings")?.Value, StringComparison.OrdinalIgnoreCase);
        var reading = new Reading
        {
            UnknownSettings = lenient ? UnknownSettings.Warn : UnknownSettings.Fail, ConcernsSecurity = SecurityNames.Concern,
        };
        return reading.Result(root, MeshSchema.Section.Read(root, new MeshSettings(), reading));
    }

    /// <summary>What a document of a config server is about, or why one cannot tell: then with all else that is wrong in it.</summary>
    public static DocumentResult<DocumentHeader> ReadHeader(DocumentNode root)
    {
        Reading reading = new() { MostFaults = MostFaults };
        DocumentKind? kind = ReadKind(root, reading);
        DocumentHeader header = new() { Kind = kind?.Word ?? "" };
        if (kind is { Name: { } names })
        {
            header = header with
            {
                Name = root.Find("Name") is { IsNothing: false } name ? names.Read(name, reading) : "",
                Namespace = root.Find("Namespace") is { IsNothing: false } space ? kind.Namespace.Read(space, reading) : ServiceIdentity.DefaultNamespace,
            };
            if (reading.FaultCount > 0 || header.Name.Length == 0)
            {
                reading = new Reading { MostFaults = MostFaults };
                kind.Read(root, reading);
            }
        }

        return reading.Result(root, header);
    }

    /// <summary>A service that a config server keeps, under its full name.</summary>
    /// <param name="root">The document.</param>
    /// <param name="defaults">What it starts from.</param>
    public static DocumentResult<MeshService> ReadService(DocumentNode root, MeshService defaults)
    {
        Reading reading = new() { MostFaults = MostFaults };
        ServiceDocument document = DocumentSchema.Service.Read(root, new ServiceDocument { Service = defaults }, reading);
        return reading.Result(root, document.Service with { Name = $"{document.Name}.{document.Namespace}".ToLowerInvariant() });
    }

    /// <summary>The mesh's own settings, as a config server keeps them.</summary>
    public static DocumentResult<SettingsDocument> ReadMeshSettings(DocumentNode root) => Read(root, DocumentSchema.MeshSettings);

    /// <summary>Who may call what.</summary>
    public static DocumentResult<AuthorizationPolicy> ReadAuthorizationPolicy(DocumentNode root) => Read(root, AuthorizationSchema.Section);

    /// <summary>What listeners ask of their callers.</summary>
    public static DocumentResult<PeerAuthentication> ReadPeerAuthentication(DocumentNode root) => Read(root, PeerAuthenticationSchema.Section);

    /// <summary>The document in its canonical form, with its namespace, given or not.</summary>
    public static string ToJson(DocumentNode root, DocumentHeader header)
    {
        DocumentKind kind = DocumentKind.Find(header.Kind)!;
        if (kind.Name is null)
        {
            return CanonicalJson.Write(root, kind.Table);
        }

        DocumentNode space = new()
        {
            Path = DocumentNode.Below(root.Path, "namespace"), Key = "namespace", Value = header.Namespace, IsText = true,
        };
        IEnumerable<DocumentNode> others = root.Children.Where(child => !child.Key.Equals(space.Key, StringComparison.OrdinalIgnoreCase));
        DocumentNode whole = new() { Path = root.Path, Key = root.Key, Line = root.Line, Children = [.. others, space] };
        return CanonicalJson.Write(whole, kind.Table);
    }

    private static DocumentResult<T> Read<T>(DocumentNode root, Section<T> table)
        where T : class
    {
        Reading reading = new() { MostFaults = MostFaults };
        return reading.Result(root, table.Read(root, reading));
    }

    private static DocumentKind? ReadKind(DocumentNode root, Reading reading)
    {
        if (root.Fault is not null || root.IsList || (root.Value is not null && root.Children.IsEmpty))
        {
            // Says what is wrong with the whole.
            DocumentSchema.Service.Read(root, reading);
            return null;
        }

        if (root.Find("Kind") is not { IsNothing: false } kind)
        {
            reading.Fault(root, $"Something is missing: give kind, {DocumentSchema.Kind.Allowed}.");
            return null;
        }

        string word = DocumentSchema.Kind.Read(kind, reading);
        return reading.FaultCount == 0 ? DocumentKind.Find(word) : null;
    }
}
