using System.Text.Json;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Writes what stands under <c>Mesh</c>.</summary>
internal static class Rules
{
    /// <summary>One service, <c>catalog</c>, whose first route has these settings.</summary>
    public static string Route(string route, params IEnumerable<string> addresses) => Catalog($"\"Routes\": [{{ {route} }}]", addresses);

    /// <summary>One service, <c>catalog</c>.</summary>
    /// <param name="settings">Further keys of the service; may be empty.</param>
    /// <param name="addresses">Its endpoints.</param>
    public static string Catalog(string settings, params IEnumerable<string> addresses) =>
        Services(("catalog", (settings.Length == 0 ? "" : settings + ", ") + Endpoints(addresses)));

    /// <summary>Services by name, each with the keys of its object.</summary>
    public static string Services(params IEnumerable<(string Name, string Settings)> services) =>
        $$"""{ "Services": { {{string.Join(", ", services.Select(service => $"\"{service.Name}\": {{ {service.Settings} }}"))}} } }""";

    public static string Endpoints(params IEnumerable<string> addresses) => $"\"Endpoints\": {JsonSerializer.Serialize(addresses)}";
}
