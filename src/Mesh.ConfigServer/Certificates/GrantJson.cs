using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Model;

namespace Mesh.ConfigServer.Certificates;

/// <summary>A grant as it stands in the tables.</summary>
internal static class GrantJson
{
    public static string Write(Grant grant) => JsonSerializer.Serialize(
        new GrantRow(grant.Service, grant.Namespace, grant.Labels.ToDictionary(), [.. grant.Ranges.Select(range => range.ToString())]), GrantJsonContext.Default.GrantRow);

    public static Grant Read(string json)
    {
        GrantRow row = JsonSerializer.Deserialize(json, GrantJsonContext.Default.GrantRow)!;
        return new Grant(row.Service, row.Namespace, Maps.Empty.AddRange(row.Labels), [.. row.Ranges.Select(range => IPNetwork.Parse(range))]);
    }
}

/// <summary>Its members.</summary>
internal sealed record GrantRow(string Service, string Namespace, Dictionary<string, string> Labels, string[] Ranges);

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GrantRow))]
internal sealed partial class GrantJsonContext : JsonSerializerContext;
