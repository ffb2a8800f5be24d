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
        string? kind = ReadKind(root, reading);
        DocumentHeader header = kind is ServiceDocument.Kind ? ReadName(root, reading) : new DocumentHeader { Kind = kind ?? "" };
        if (kind is ServiceDocument.Kind && (reading.FaultCount > 0 || header.Name.Length == 0))
        {
            reading = new Reading { MostFaults = MostFaults };
            DocumentSchema.Service.Read(root, reading);
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

    /// <summary>What the services of a config server start from.</summary>
    public static DocumentResult<MeshService> ReadDefaults(DocumentNode root)
    {
        Reading reading = new() { MostFaults = MostFaults };
        return reading.Result(root, DocumentSchema.MeshSettings.Read(root, reading).Defaults);
    }

    /// <summary>Who may call what. No config server keeps such documents yet, for nobody would enforce them.</summary>
    public static DocumentResult<AuthorizationPolicy> ReadAuthorizationPolicy(DocumentNode root)
    {
        Reading reading = new() { MostFaults = MostFaults };
        return reading.Result(root, AuthorizationSchema.Section.Read(root, reading));
    }

    /// <summary>What listeners ask of their callers. As with those, nobody keeps them yet.</summary>
    public static DocumentResult<PeerAuthentication> ReadPeerAuthentication(DocumentNode root)
    {
        Reading reading = new() { MostFaults = MostFaults };
        return reading.Result(root, PeerAuthenticationSchema.Section.Read(root, reading));
    }

    /// <summary>The document in its canonical form: that of a service names its namespace, given or not.</summary>
    public static string ToJson(DocumentNode root, DocumentHeader header)
    {
        if (header.Kind == SettingsDocument.Kind)
        {
            return CanonicalJson.Write(root, DocumentSchema.MeshSettings);
        }

        DocumentNode space = new()
        {
            Path = DocumentNode.Below(root.Path, "namespace"), Key = "namespace", Value = header.Namespace, IsText = true,
        };
        IEnumerable<DocumentNode> others = root.Children.Where(child => !child.Key.Equals(space.Key, StringComparison.OrdinalIgnoreCase));
        DocumentNode whole = new() { Path = root.Path, Key = root.Key, Line = root.Line, Children = [.. others, space] };
        return CanonicalJson.Write(whole, DocumentSchema.Service);
    }

    private static DocumentHeader ReadName(DocumentNode root, Reading reading)
    {
        ServiceDocument blank = new();
        return new DocumentHeader
        {
            Kind = ServiceDocument.Kind,
            Name = root.Find("Name") is { IsNothing: false } name ? DocumentSchema.Name.Read(name, reading) : blank.Name,
            Namespace = root.Find("Namespace") is { IsNothing: false } space ? Names.Part.Read(space, reading) : blank.Namespace,
        };
    }

    private static string? ReadKind(DocumentNode root, Reading reading)
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
        return reading.FaultCount == 0 ? word : null;
    }
}
