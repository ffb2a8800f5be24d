using System.Globalization;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.ConfigServer.Rest;

/// <summary>Reads what the caller says must hold before a write.</summary>
internal static class Preconditions
{
    /// <summary>
    /// Ends the ETag of a document in YAML, whose bytes are not those of the JSON (RFC 9110, 8.8.1). Where a write is asked to match, both
    /// mean the content.
    /// </summary>
    public const string YamlSuffix = "-yaml";

    /// <exception cref="ProblemException">The headers cannot be understood.</exception>
    public static Precondition OfDocument(HttpRequest request)
    {
        StringValues match = request.Headers.IfMatch;
        StringValues noneMatch = request.Headers.IfNoneMatch;
        return (match.Count, noneMatch.Count) switch
        {
            (0, 0) => Precondition.None,
            (1, 0) => match[0] == "*" ? Precondition.IsThere : Precondition.Has(Unquote(match[0]!)),
            (0, 1) when noneMatch[0] == "*" => Precondition.IsNew,
            _ => throw Problems.BadRequest("A write takes one of If-Match: \"ETag\", If-Match: * and If-None-Match: *."),
        };
    }

    /// <exception cref="ProblemException">The headers cannot be understood.</exception>
    public static StoreVersion? OfMesh(HttpRequest request)
    {
        StringValues match = request.Headers.IfMatch;
        if (match.Count == 0 && request.Headers.IfNoneMatch.Count == 0)
        {
            return null;
        }

        return match.Count == 1 && request.Headers.IfNoneMatch.Count == 0
            && match[0] is ['"', .. string version, '"'] && version.Split('.') is [string epoch, string generation]
            && long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out long epochNumber)
            && long.TryParse(generation, NumberStyles.None, CultureInfo.InvariantCulture, out long generationNumber)
            ? new StoreVersion(epochNumber, generationNumber)
            : throw Problems.BadRequest(
                "A write to the whole mesh takes If-Match: \"epoch.generation\", of an answer's Mesh-Epoch and Mesh-Generation, "
                + "and no other precondition.");
    }

    /// <exception cref="ProblemException">There is one, and it would not be heeded.</exception>
    public static void Refuse(HttpRequest request)
    {
        if (request.Headers.IfMatch.Count + request.Headers.IfNoneMatch.Count > 0)
        {
            throw Problems.BadRequest("This takes neither If-Match nor If-None-Match: it replaces whatever there is.");
        }
    }

    /// <summary>Whether the caller has this already.</summary>
    public static bool IsKnown(HttpRequest request, string eTag) =>
        request.Headers.IfNoneMatch.SelectMany(value => value?.Split(',') ?? []).Select(value => value.Trim())
            .Any(value => value == "*" || value == $"\"{eTag}\"" || value == $"W/\"{eTag}\"");

    private static string Unquote(string text) => text is ['"', .. string inner, '"'] && !inner.Contains('"', StringComparison.Ordinal)
        ? inner.EndsWith(YamlSuffix, StringComparison.Ordinal) ? inner[..^YamlSuffix.Length] : inner
        : throw Problems.BadRequest($"If-Match takes '*' or one ETag in quotes, as \"0123456789abcdef\"; not {text}.");
}
