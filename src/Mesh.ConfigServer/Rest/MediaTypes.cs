using Mesh.ConfigServer.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mesh.ConfigServer.Rest;

/// <summary>What documents are sent and answered in.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string Yaml = "application/yaml";

    public static string[] OfDocuments { get; } = [Json, Yaml, "text/yaml", "application/x-yaml"];

    /// <exception cref="ProblemException">The body is neither JSON nor YAML, or not in plain UTF-8.</exception>
    public static DocumentFormat FormatOf(HttpRequest request) =>
        Required(request, OfDocuments) == Json ? DocumentFormat.Json : DocumentFormat.Yaml;

    /// <returns>The one of them that the body is in.</returns>
    /// <exception cref="ProblemException">It is in none of them, or not in plain UTF-8.</exception>
    public static string Required(HttpRequest request, params string[] allowed)
    {
        if (!string.IsNullOrEmpty(request.Headers.ContentEncoding))
        {
            throw Problems.MediaType(
                $"The body is encoded as '{request.Headers.ContentEncoding}'. Send it as it is, without Content-Encoding.");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || allowed.FirstOrDefault(one => type.MediaType.Equals(one, StringComparison.OrdinalIgnoreCase)) is not { } found)
        {
            throw Problems.MediaType(
                $"The body's Content-Type is {(request.ContentType is { } other ? $"'{other}'" : "missing")}. "
                + $"It must be {string.Join(" or ", allowed)}.");
        }

        string charset = type.Charset.Value?.Trim('"') ?? "utf-8";
        return charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? found
            : throw Problems.MediaType($"The body's charset is '{type.Charset}'. It must be utf-8.");
    }

    /// <summary>Whether the caller would rather read YAML than JSON. Where it says nothing, or wants neither, JSON it is.</summary>
    public static bool WantsYaml(HttpRequest request)
    {
        IList<MediaTypeHeaderValue> accepted = request.GetTypedHeaders().Accept;
        double yaml = accepted.Where(type => OfDocuments.Skip(1).Any(one => type.MediaType.Equals(one, StringComparison.OrdinalIgnoreCase)))
            .Max(type => (double?)(type.Quality ?? 1)) ?? 0;
        double json = accepted.Where(type => type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
            .Max(type => (double?)(type.Quality ?? 1)) ?? 0;
        return yaml > json;
    }
}
