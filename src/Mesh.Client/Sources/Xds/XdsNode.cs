using System.Globalization;
using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>Who this process is, as it tells config servers.</summary>
internal static class XdsNode
{
    /// <summary>This software, as it tells config servers.</summary>
    public const string Software = "Mesh.Client";

    private const string WrappedResources = "xds.config.resource-in-sotw";

    public static string Version { get; } =
        typeof(XdsNode).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>
    /// As a bootstrap has it. The software has another name than at our own config server, which takes that one for a client that knows its
    /// extensions.
    /// </summary>
    public static Wire.Node Of(Wire.Node given)
    {
        Wire.Node node = given.Clone();
        node.UserAgentName = "Mesh.Client.Xds";
        node.UserAgentVersion = Version;
        node.ClientFeatures.Add(WrappedResources);
        return node;
    }

    /// <param name="identity">It has a name.</param>
    /// <param name="instance">Tells this process from others of the same service.</param>
    /// <param name="seen">The newest state of the mesh that any server told of; null: none yet.</param>
    public static Wire.Node Of(ServiceIdentity identity, string instance, ServerState? seen)
    {
        Struct labels = new();
        foreach ((string name, string value) in identity.Labels)
        {
            labels.Fields[name] = Value.ForString(value);
        }

        Wire.Node node = new()
        {
            Id = $"{identity.Name}.{identity.Namespace}~{instance}",
            Cluster = identity.Name,
            UserAgentName = Software,
            UserAgentVersion = Version,
            Metadata = new Struct
            {
                Fields =
                {
                    ["NAMESPACE"] = Value.ForString(identity.Namespace),
                    ["SERVICE"] = Value.ForString(identity.Name),
                    ["LABELS"] = Value.ForStruct(labels),
                },
            },
        };
        if (identity.Locality is not { Region: null, Zone: null, SubZone: null })
        {
            node.Locality = LocalityCodec.Encode(identity.Locality);
        }

        node.ClientFeatures.Add([WrappedResources, XdsFeatures.EndpointPatches]);
        if (identity.Version is { } version)
        {
            node.Metadata.Fields["VERSION"] = Value.ForString(version);
        }

        if (seen is not null)
        {
            // A generation is older than another only within one mesh.
            node.Metadata.Fields["MESH_ID"] = Value.ForString(seen.Mesh);
            node.Metadata.Fields["MESH_EPOCH"] = Value.ForString(seen.Epoch.ToString(CultureInfo.InvariantCulture));
            node.Metadata.Fields["MESH_GENERATION"] = Value.ForString(seen.Generation.ToString(CultureInfo.InvariantCulture));
        }

        return node;
    }
}
