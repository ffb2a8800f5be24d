using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The table of all settings, from its root.</summary>
internal static class MeshSchema
{
    private static readonly MapOf<MeshService> s_services = new(Names.Service, ServiceSchema.Section);

    // Whose certificate a server's is cannot be told before there is anything to tell it by.
    private static readonly Check<MeshSettings> s_provable = new(
        ["ConfigServer"],
        "A config server with https needs ConfigServer:JoinToken, ConfigServer:JoinTokenFile or Identity:Directory.",
        m => m is { ConfigServer: { JoinToken: null, JoinTokenFile: null }, Identity.Directory: null }
            && m.ConfigServer.Addresses.FirstOrDefault(ConfigServerSchema.IsSecure) is { } secure
                ? $"{Wording.Quote(secure)} is a config server with TLS, and this process has nothing to prove itself by, nor to know the server by: give ConfigServer:JoinToken or JoinTokenFile (`mesh token create` makes one), or Identity:Directory."
                : null);

    public static Section<MeshSettings> Section { get; } = new(new MeshSettings(), [], [s_provable])
    {
        {
            "Enabled", "Off turns the mesh into a plain client: names and TLS stay, rules do not.",
            Choices.Flag, m => m.Enabled, (m, v) => m with { Enabled = v }
        },
        {
            "UnknownSettings", "What a setting that is not in this table is: a fault, or a warning where security is not concerned.",
            Choices.Of<UnknownSettings>(new("Fail", UnknownSettings.Fail), new("Warn", UnknownSettings.Warn)),
            m => m.UnknownSettings, (m, v) => m with { UnknownSettings = v }
        },
        { "Service", "Who this process is in the mesh.", IdentitySchema.Section, m => m.Service, (m, v) => m with { Service = v } },
        {
            "ConfigServer", "Where the config server is and how to trust it.",
            ConfigServerSchema.Section, m => m.ConfigServer, (m, v) => m with { ConfigServer = v }, Security
        },
        {
            "Identity", "What proves who this process is, where that is not the config server's to give.",
            IdentityFilesSchema.Section, m => m.Identity, (m, v) => m with { Identity = v }, Security
        },
        {
            "Inbound", "How calls that reach this process are treated.",
            InboundSchema.Section, m => m.Inbound, (m, v) => m with { Inbound = v }, Security
        },
        {
            "Outbound", "How calls that leave this process are treated.",
            OutboundSchema.Section, m => m.Outbound, (m, v) => m with { Outbound = v }
        },
        {
            "Upstreams", "Services to look up before the host is ready.",
            new ListOf<string>(Names.Service), m => m.Upstreams, (m, v) => m with { Upstreams = v }
        },
        {
            "Defaults", "What every service starts from, before its own settings.",
            ServiceSchema.Defaults, m => m.Defaults, (m, v) => m with { Defaults = v }
        },
        new ServicesSetting { Name = "Services", Doc = "The services that are called, by name, and the rules for each." },
    };

    /// <summary>Services start from the defaults that stand above them in the table.</summary>
    private sealed class ServicesSetting : Setting<MeshSettings>
    {
        public override Shape Shape => s_services;

        protected override MeshSettings Apply(MeshSettings record, DocumentNode node, Reading reading)
        {
            MeshService[] services = [.. s_services.StartingFrom(record.Defaults).Read(node, reading).Select(service => service.Value with { Name = service.Key })];

            Dictionary<string, DocumentNode> nodes = node.Children.ToDictionary(child => child.Key, StringComparer.Ordinal);

            // catalog and catalog.default are one service where the namespace is default.
            foreach (IGrouping<string, MeshService> twins in services.GroupBy(service => ServiceNames.Canonical(service.Name, record.Service.Namespace)))
            {
                foreach (MeshService twin in twins.Skip(1))
                {
                    reading.Fault(nodes[twin.Name], $"{Wording.Quote(twin.Name)} is the same service as {nodes[twins.First().Name].Path}.");
                }
            }

            ReportSharedHosts(services, record.Service.Namespace, nodes, reading);
            return record with { Services = [.. services] };
        }

        // One name, one service: which of two would be meant, nobody could tell.
        private static void ReportSharedHosts(MeshService[] services, string ownNamespace, Dictionary<string, DocumentNode> nodes, Reading reading)
        {
            Dictionary<string, string> owners = services.DistinctBy(service => ServiceNames.Canonical(service.Name, ownNamespace))
                .ToDictionary(service => ServiceNames.Canonical(service.Name, ownNamespace), service => service.Name, StringComparer.Ordinal);
            foreach (MeshService service in services)
            {
                // Of one that is no host nothing is left.
                foreach (string host in service.Hosts.OfType<string>())
                {
                    string name = ServiceNames.Canonical(host, ownNamespace);
                    if (!owners.TryAdd(name, service.Name) && owners[name] != service.Name)
                    {
                        reading.Fault(nodes[service.Name].Find("Hosts")!, $"{Wording.Quote(host)} is a name of {nodes[owners[name]].Path} already.");
                    }
                }
            }
        }
    }
}
