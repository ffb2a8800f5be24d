using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mesh.Client.Files;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Mesh.Model.Identity;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity;

/// <summary>
/// Keeps an identity for the next start, which needs nobody's help then: key, chain and bundle in one file, so that they are always of one kind.
/// </summary>
internal sealed class IdentityStore
{
    private const string Name = "identity.json";

    private readonly PrivateFolder _folder;
    private readonly ServiceIdentity _self;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="directory">Where each service's is in a folder of its own.</param>
    /// <param name="self">Who this process is to be.</param>
    /// <param name="servers">Who gives it its identity: that of another mesh is none here.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what cannot be used.</param>
    public IdentityStore(string directory, ServiceIdentity self, IEnumerable<string> servers, TimeProvider time, ILogger logger)
    {
        byte[] whose = Encoding.UTF8.GetBytes(string.Join('\n', servers.Prepend($"{self.Name}.{self.Namespace}")));
        _folder = new PrivateFolder(Path.Combine(directory, $"identity-{Convert.ToHexStringLower(SHA256.HashData(whose))[..16]}"));
        _self = self;
        _time = time;
        _logger = logger;
    }

    public string File => _folder.PathOf(Name);

    /// <summary>Null: there is none that is good at this moment.</summary>
    public (WorkloadIdentity Identity, IdentityPem Pem)? Load()
    {
        try
        {
            if (_folder.Read(Name, isSecret: true) is not { } bytes)
            {
                return null;
            }

            (IdentityPem pem, TrustBundle trust) = Read(bytes);
            WorkloadIdentity identity = pem.Open(trust, _time.GetUtcNow());
            return (identity.Id.Namespace, identity.Id.Service) == (_self.Namespace, _self.Name)
                ? (identity, pem)
                : throw new IdentityException($"It is {identity.Id}'s.");
        }
        catch (Exception failure) when (failure is IdentityException or IOException or UnauthorizedAccessException)
        {
            _logger.KeptIdentityRefused(File, failure.Message);
            return null;
        }
    }

    public void Keep(IdentityPem pem, TrustBundle trust)
    {
        try
        {
            _folder.Write(Name, file => Write(file, pem, trust));
            _folder.RemoveLeftovers(Name, _time.GetUtcNow() - TimeSpan.FromMinutes(1));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Guarded.Log(() => _logger.IdentityNotKept(File, failure.Message));
        }
    }

    private static void Write(Stream file, IdentityPem pem, TrustBundle trust)
    {
        using Utf8JsonWriter writer = new(file);
        writer.WriteStartObject();
        writer.WriteString("chain", pem.Chain);
        writer.WriteString("key", pem.Key);
        writer.WritePropertyName("trust");
        PublishedBundle.Write(trust, writer);
        writer.WriteEndObject();
    }

    private static (IdentityPem Pem, TrustBundle Trust) Read(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            return (
                new IdentityPem(root.GetProperty("chain").GetString() ?? "", root.GetProperty("key").GetString() ?? ""),
                PublishedBundle.Read(Encoding.UTF8.GetBytes(root.GetProperty("trust").GetRawText())));
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new IdentityException($"It is damaged. {damaged.Message}", damaged);
        }
    }
}
