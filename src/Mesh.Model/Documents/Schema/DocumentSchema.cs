namespace Mesh.Model.Documents;

/// <summary>The settings of the documents that a config server keeps: those of a mesh's settings, flat, with a kind and a name.</summary>
internal static class DocumentSchema
{
    /// <summary>What every document has.</summary>
    public static Scalar<string> Kind { get; } = Choices.Of<string>(
        [.. ((string[])[ServiceDocument.Kind, SettingsDocument.Kind, AuthorizationSchema.Kind, PeerAuthenticationSchema.Kind]).Select(word => new Choice<string>(word, word))]);

    /// <summary>How a service is called within its namespace.</summary>
    public static Scalar<string> Name { get; } = new(
        "a service name: letters, digits, '-' and '_', at most 63 characters",
        text => text.Contains('.', StringComparison.Ordinal) ? Parsed.Bad<string>("What comes after the dot is for 'namespace'.")
            : Names.Part.Parse(text).State is ParseState.Bad ? Parsed.Bad<string>()
            : Names.Service.Parse(text),
        value => value);

    /// <summary>A service.</summary>
    public static Section<ServiceDocument> Service { get; } = OfService();

    /// <summary>The settings of the mesh as such.</summary>
    public static Section<SettingsDocument> MeshSettings { get; } = new(new SettingsDocument())
    {
        { "Kind", "MeshSettings.", Kind, _ => SettingsDocument.Kind, (d, _) => d },
        {
            "Defaults", "What every service starts from, before its own settings.",
            ServiceSchema.Defaults, d => d.Defaults, (d, v) => d with { Defaults = v }
        },
        {
            "Authorization", "Who may call whom where no policy says.",
            new Section<AuthorizationDefault>(AuthorizationDefault.Allow)
            {
                {
                    "Default", "What becomes of calls to a service that no policy allows anything for. AuthenticatedOnly takes callers that have proven who they are.",
                    Choices.Of<AuthorizationDefault>(
                        new("Allow", AuthorizationDefault.Allow), new("Deny", AuthorizationDefault.Deny), new("AuthenticatedOnly", AuthorizationDefault.AuthenticatedOnly)),
                    standard => standard, (_, v) => v
                },
            },
            d => d.Authorization, (d, v) => d with { Authorization = v }
        },
    };

    private static Section<ServiceDocument> OfService()
    {
        Section<ServiceDocument> section = new(
            new ServiceDocument(), [Rule.AtLeastOne("Name")],
            [
                .. ServiceSchema.Section.Checks.Select(
                    check => new Check<ServiceDocument>(check.Paths, check.Doc, d => check.Complaint(d.Service))),
            ])
        {
            { "Kind", "Service.", Kind, _ => ServiceDocument.Kind, (d, _) => d },
            { "Name", "What it is called by.", Name, d => d.Name, (d, v) => d with { Name = v } },
            {
                "Namespace", "Whom it belongs to. Services of one namespace call each other by name alone.",
                Names.Part, d => d.Namespace, (d, v) => d with { Namespace = v }
            },
        };

        foreach (Setting<MeshService> setting in ServiceSchema.Section.OfType<Setting<MeshService>>())
        {
            section.Add(setting.Name is "Override"
                ? new OverrideSetting { Name = setting.Name, Doc = setting.Doc }
                : new ServiceSetting(setting)
                {
                    Name = setting.Name, Doc = setting.Doc, Default = setting.Default, Traits = setting.Traits,
                });
        }

        return section;
    }

    /// <summary>A setting of the service inside the document.</summary>
    private sealed class ServiceSetting(Setting<MeshService> inner) : Setting<ServiceDocument>
    {
        public override Shape Shape => inner.Shape;

        protected override ServiceDocument Apply(ServiceDocument record, DocumentNode node, Reading reading) =>
            record with { Service = inner.Read(record.Service, node, reading) };
    }

    /// <summary>Known, so that one who moves a rule here learns why it does not come along.</summary>
    private sealed class OverrideSetting : Setting<ServiceDocument>
    {
        public override Shape Shape => Choices.Flag;

        protected override ServiceDocument Apply(ServiceDocument record, DocumentNode node, Reading reading)
        {
            reading.Fault(
                node, "This is for an application's own settings, which it puts above those of the config server. Remove it here.");
            return record;
        }
    }
}
