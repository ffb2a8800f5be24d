using System.Collections.Immutable;
using Mesh.Model.Documents;
using YamlDotNet.Core;

namespace Mesh.ConfigServer.Documents;

/// <summary>Reads YAML into nodes: the part of it that JSON has too. Scalars stay the texts that they are written as.</summary>
internal static class YamlNodes
{
    /// <summary>
    /// The documents of a stream, each under the name; those that are empty are left out. What is not YAML is a node with a fault, the
    /// last.
    /// </summary>
    public static ImmutableArray<DocumentNode> ReadMany(string yaml, string name)
    {
        ImmutableArray<DocumentNode>.Builder documents = ImmutableArray.CreateBuilder<DocumentNode>();
        YamlNodeReader reader = new(yaml);
        try
        {
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
            // Of a tab the end is the place, of a quote that is never closed its start.
            bool isTab = e.Message.Contains("tab character", StringComparison.Ordinal);
            long line = (isTab ? e.End : e.Start).Line;
            documents.Add(Fault(name, Math.Min(line, LastLine(yaml)), $"{e.Message}{(isTab ? " Use spaces." : "")}"));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // The parser's words for a tag that is none, and for an end (...) where it expects none.
            documents.Add(Fault(name, Math.Min(reader.Line, LastLine(yaml)), e.Message));
        }

        return documents.ToImmutable();
    }

    // What is missing at the end is missed on the line after it, which nobody has written.
    private static int LastLine(string yaml) => yaml.AsSpan().TrimEnd().Count('\n') + 1;

    private static DocumentNode Fault(string name, long line, string message) =>
        new() { Path = name, Key = name, Line = (int)line, Fault = $"This is not YAML. {message}" };
}
