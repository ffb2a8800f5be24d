namespace Mesh.Model.Documents;

/// <summary>Reads documents about the mesh, each by its table.</summary>
internal static class MeshDocuments
{
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
}
