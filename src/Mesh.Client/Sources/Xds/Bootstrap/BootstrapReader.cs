using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Model.Documents;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds.Bootstrap;

/// <summary>Reads a bootstrap as gRPC's clients do (gRFC A27, A65, A97). What it does not know it leaves alone.</summary>
/// <param name="source">Where the text is from, for people.</param>
/// <param name="folder">Where files are that are named without a full path.</param>
internal sealed class BootstrapReader(string source, string folder)
{
    private readonly List<(string Path, string Message)> _faults = [];

    /// <exception cref="MeshConfigurationException">With every fault.</exception>
    public XdsBootstrap Read(string text)
    {
        XdsBootstrap? bootstrap = null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            bootstrap = Read(new BootstrapNode("$", json.RootElement, _faults));
        }
        catch (JsonException malformed)
        {
            _faults.Add(("$", $"This is no JSON. {malformed.Message}"));
        }

        return _faults.Count == 0
            ? bootstrap!
            : throw new MeshConfigurationException(_faults.Select(fault => new DocumentFault($"{source} {fault.Path}", fault.Message)));
    }

    /// <summary>Null after a fault, where nothing can be read.</summary>
    private XdsBootstrap? Read(BootstrapNode root)
    {
        if (!root.IsObject())
        {
            return null;
        }

        BootstrapNode servers = root["xds_servers"];
        ImmutableArray<XdsServer> read = [.. servers.Items().Select(server => new BootstrapServers(folder).Read(server)).OfType<XdsServer>()];
        if (!servers.Exists || (read.IsEmpty && _faults.Count == 0))
        {
            servers.Fault("No server is given: a list of at least one is needed.");
        }

        return new XdsBootstrap
        {
            Servers = [.. read.DistinctBy(server => server.Address)],
            Node = Node(root["node"]),
            ListenerTemplate = Template(root["client_default_listener_resource_name_template"]),
        };
    }

    private static string Template(BootstrapNode at)
    {
        string template = at.Text() is { Length: > 0 } given ? given : "%s";
        if (template.StartsWith(XdsBootstrap.NewNames, StringComparison.Ordinal))
        {
            at.Fault("Names that begin with xdstp: are not supported.");
        }
        else if (!template.Contains("%s", StringComparison.Ordinal))
        {
            at.Fault("Without %s, which stands for what is called, all services would have one listener.");
        }

        return template;
    }

    private static Wire.Node Node(BootstrapNode at)
    {
        at.Object();
        BootstrapNode locality = at["locality"];
        locality.Object();
        return new Wire.Node
        {
            Id = at["id"].Text() ?? "",
            Cluster = at["cluster"].Text() ?? "",
            Metadata = at["metadata"].Object() is { } metadata ? JsonStructs.Of(metadata) : null,
            Locality = !locality.Exists ? null : new Wire.Locality
            {
                Region = locality["region"].Text() ?? "",
                Zone = locality["zone"].Text() ?? "",
                SubZone = locality["sub_zone"].Text() ?? "",
            },
        };
    }
}
