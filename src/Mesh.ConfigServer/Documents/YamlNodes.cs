using System.Collections.Immutable;
using Mesh.Model.Documents;
using YamlDotNet.Core;

namespace Mesh.ConfigServer.Documents;

/// <summary>Reads YAML into nodes: the part of it that JSON has too. Scalars stay the texts that they are written as.</summary>
internal static class YamlNodes
{
    /// <summary>The documents of a stream, each under the name; those that are empty are left out. What is not YAML is a node with a fault, the last.</summary>
    public static ImmutableArray<DocumentNode> ReadMany(string yaml, string name)
    {
        ImmutableArray<DocumentNode>.Builder documents = ImmutableArray.CreateBuilder<DocumentNode>();
        try
        {
            YamlNodeReader reader = new(yaml);
            while (reader.ReadDocument(name) is { } document)
            {
                if (!document.IsNothing)
                {
                    documents.Add(document);
                }
            }
        }
        catch (YamlException e)
        {
            string hint = e.Message.Contains('\t', StringComparison.Ordinal) ? " YAML is indented with spaces." : "";
            documents.Add(new DocumentNode { Path = name, Key = name, Line = (int)e.Start.Line, Fault = $"This is not YAML. {e.Message}{hint}" });
        }

        return documents.ToImmutable();
    }
}
