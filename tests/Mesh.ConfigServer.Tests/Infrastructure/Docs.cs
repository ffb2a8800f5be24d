using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Tests.Infrastructure;

/// <summary>Documents for tests.</summary>
internal static class Docs
{
    public static Authorship Ann { get; } = new("ann", "because");

    public static DocumentSet Yaml(string yaml) => DocumentReader.Read(yaml, DocumentFormat.Yaml);

    public static DocumentSet Json(string json) => DocumentReader.Read(json, DocumentFormat.Json);

    public static DocumentKey Service(string name, string space = "default") => new(DocumentKey.Service, space, name);

    public static string ServiceYaml(string name, int port = 80) => $"kind: Service\nname: {name}\nendpoints: [127.0.0.1:{port}]\n";

    public static MeshWrite Apply(string yaml) => new() { By = Ann, Put = Yaml(yaml) };

    public static MeshWrite Delete(params DocumentKey[] keys) => new() { By = Ann, Action = "delete", Delete = [.. keys] };

    /// <summary>The only document of a text that must be good, in canonical form.</summary>
    public static string Canonical(string yaml)
    {
        DocumentSet set = Yaml(yaml);
        Assert.Empty(set.Faults);
        return Assert.Single(set.Documents).Document.Json;
    }

    /// <summary>All that is wrong, a line each: line, path and message.</summary>
    public static string[] Faults(DocumentSet set)
    {
        BadDocumentsException bad = Assert.Throws<BadDocumentsException>(() => DocumentCheck.Check(set));
        return [.. bad.Faults.Select(fault => $"{fault.Line} {fault.Path}: {fault.Message}")];
    }

    /// <summary>The names of the services, and the ports of their first endpoints.</summary>
    public static string Describe(MeshState state) => string.Join(
        ' ', state.Services.Values.OrderBy(service => service.Name, StringComparer.Ordinal).Select(service => $"{service.Name}:{service.Endpoints?[0].Port}"));
}
