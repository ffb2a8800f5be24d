using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mesh.Model.Identity;

namespace Mesh.Client.Identity;

/// <summary>What a config server says of whom its mesh trusts.</summary>
internal static class PublishedBundle
{
    private const int Longest = 1024 * 1024;

    /// <exception cref="IdentityException">It says nothing of use.</exception>
    /// <exception cref="HttpRequestException">It cannot be asked.</exception>
    public static async Task<TrustBundle> FetchAsync(Uri server, HttpMessageHandler handler, CancellationToken cancellationToken)
    {
        using HttpClient client = new(handler, disposeHandler: false) { MaxResponseContentBufferSize = Longest };
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(server, "/v1/trust-bundle"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK
            ? Read(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false))
            : throw new IdentityException($"It answers {(int)response.StatusCode} to GET /v1/trust-bundle: it gives no identities.") { HasNone = true };
    }

    /// <exception cref="IdentityException">It is none.</exception>
    public static TrustBundle Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            string domain = document.RootElement.GetProperty("trustDomain").GetString() ?? "";
            string[] aliases = document.RootElement.TryGetProperty("aliases", out JsonElement list) ? Texts(list) : [];
            string[] roots = Texts(document.RootElement.GetProperty("roots"));
            return roots.Length > 0 && aliases.Prepend(domain).All(SpiffeId.IsTrustDomain)
                ? new TrustBundle(domain, aliases, roots.SelectMany(root => IdentityPem.Certificates(root).AsEnumerable<X509Certificate2>()))
                : throw new IdentityException("Its trust bundle has no authority, or a trust domain that can be none.");
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new IdentityException($"Its trust bundle cannot be read. {damaged.Message}", damaged);
        }
    }

    /// <summary>The same, to be read again.</summary>
    public static void Write(TrustBundle trust, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("trustDomain", trust.TrustDomain);
        WriteTexts(writer, "aliases", trust.Aliases);
        WriteTexts(writer, "roots", trust.Roots.Select(root => root.ExportCertificatePem()));
        writer.WriteEndObject();
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString() ?? "")];

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
