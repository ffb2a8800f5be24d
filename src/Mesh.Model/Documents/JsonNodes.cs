using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Mesh.Model.Documents;

/// <summary>Reads JSON into nodes, just as the configuration providers see it.</summary>
internal static class JsonNodes
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The document under the name; one that is not JSON is a node with a fault.</summary>
    public static DocumentNode Read(string json, string name) => Read(json, name, arrayIsMany: false)[0];

    /// <summary>The entries of an array, or the one document that there is, each under the name.</summary>
    public static ImmutableArray<DocumentNode> ReadMany(string json, string name) => Read(json, name, arrayIsMany: true);

    private static ImmutableArray<DocumentNode> Read(string json, string name, bool arrayIsMany)
    {
        try
        {
            JsonNodeReader reader = new(s_utf8.GetBytes(json));
            return reader.ReadRoots(name, arrayIsMany);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or EncoderFallbackException)
        {
            // InvalidOperationException: half a surrogate pair, which the parser lets pass.
            int? line = e is JsonException { LineNumber: { } before } ? (int)before + 1 : null;
            string reason = e is JsonException bad ? Wording.Of(bad) : e.Message;
            return [new DocumentNode { Path = name, Key = name, Line = line, Fault = $"This is not JSON. {reason}" }];
        }
    }
}
