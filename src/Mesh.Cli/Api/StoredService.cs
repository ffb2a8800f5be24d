using System.Text.Json.Nodes;
using Mesh.ConfigServer.Documents;
using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.Cli.Api;

/// <summary>A service by its document, as those who call it understand it.</summary>
/// <param name="Key">What the document is about.</param>
/// <param name="Service">What it says, as far as it can be read.</param>
internal sealed record StoredService(DocumentKey Key, MeshService Service)
{
    public static StoredService Of(JsonObject document) => new(
        new DocumentKey(DocumentKey.Service, $"{document["namespace"] ?? ServiceIdentity.DefaultNamespace}", $"{document["name"]}"),
        DocumentSchema.Service.Read(JsonNodes.Read(document.ToJsonString(), ""), new ServiceDocument(), new Reading()).Service);
}
