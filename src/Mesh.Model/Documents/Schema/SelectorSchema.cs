namespace Mesh.Model.Documents;

/// <summary>The settings by which policies say whom they are for.</summary>
internal static class SelectorSchema
{
    /// <summary>A namespace, or the whole mesh.</summary>
    public static Scalar<string> Namespace { get; } = new(
        $"{Names.Part.Allowed}, or '{PolicyScope.WholeMesh}' for the whole mesh",
        text => text == PolicyScope.WholeMesh ? text : Names.Part.Parse(text).State is ParseState.Good ? text : Parsed.Bad<string>(),
        value => value);

    public static Section<WorkloadSelector> Section { get; } = new(new WorkloadSelector(), [Rule.AtLeastOne("Service", "Labels")])
    {
        { "Service", "The service, without its namespace.", DocumentSchema.Name, s => s.Service, (s, v) => s with { Service = v } },
        { "Labels", "Labels that the process was granted.", IdentitySchema.Labels, s => s.Labels, (s, v) => s with { Labels = v } },
    };
}
