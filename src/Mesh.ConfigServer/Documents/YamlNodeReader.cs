using System.Collections.Immutable;
using Mesh.Model.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mesh.ConfigServer.Documents;

/// <summary>One pass over YAML.</summary>
internal sealed class YamlNodeReader(string yaml)
{
    private readonly Parser _parser = new(new StringReader(yaml));
    private readonly NodeBudget _budget = new();

    /// <summary>Of what was read last.</summary>
    public long Line => _parser.Current?.End.Line ?? 1;

    /// <summary>The next document of the stream; null after the last one.</summary>
    /// <exception cref="YamlException">It is not YAML.</exception>
    public DocumentNode? ReadDocument(string name)
    {
        _parser.TryConsume<StreamStart>(out _);
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        DocumentNode root = ReadNode(name, name, level: 0);
        _parser.Consume<DocumentEnd>();
        return root;
    }

    private DocumentNode ReadNode(string path, string key, int level)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return new()
            {
                Path = path, Key = key, Line = (int)alias.Start.Line, Fault = "Aliases are not supported. Write the settings out.",
            };
        }

        NodeEvent node = _parser.Consume<NodeEvent>();
        int line = (int)node.Start.Line;
        if (level > ProviderKeys.DeepestLevel)
        {
            throw new SemanticErrorException(node.Start, node.End, $"This is more than {ProviderKeys.DeepestLevel} levels deep.");
        }

        if (!_budget.Take(path))
        {
            throw new SemanticErrorException(node.Start, node.End, NodeBudget.Complaint);
        }

        // What stands below is read, to come to what follows.
        DocumentNode read = node switch
        {
            MappingStart => new() { Path = path, Key = key, Line = line, Children = ReadMembers(path, level) },
            SequenceStart => ReadSequence(path, key, line, level),
            Scalar scalar => OfScalar(scalar, path, key, line),
            _ => new() { Path = path, Key = key, Line = line },
        };
        return Complaint(node) is { } complaint ? new() { Path = path, Key = key, Line = line, Fault = complaint } : read;
    }

    private ImmutableArray<DocumentNode> ReadMembers(string path, int level)
    {
        DocumentMembers members = new();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var name))
            {
                ParsingEvent other = _parser.Current!;
                throw new SemanticErrorException(other.Start, other.End, "A key is a text here, not a list, an object or an alias.");
            }

            string key = name.Value;
            string below = DocumentNode.Below(path, key);
            DocumentNode member = ReadNode(below, key, level + 1);
            string? complaint = name is { Value: "<<", Style: ScalarStyle.Plain }
                ? "Merge keys are not supported. Write the settings out."
                : Complaint(name);
            members.Add(complaint is null ? member : new() { Path = below, Key = key, Line = (int)name.Start.Line, Fault = complaint });
        }

        return members.ToChildren();
    }

    private DocumentNode ReadSequence(string path, string key, int line, int level)
    {
        ImmutableArray<DocumentNode>.Builder entries = ImmutableArray.CreateBuilder<DocumentNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            entries.Add(ReadNode(DocumentNode.Below(path, $"{entries.Count}"), $"{entries.Count}", level + 1));
        }

        return new() { Path = path, Key = key, Line = line, Value = entries.Count == 0 ? "" : null, Children = entries.ToImmutable() };
    }

    /// <summary>YAML 1.2, 10.3.2, but for numbers, which are kept as they are written.</summary>
    private static DocumentNode OfScalar(Scalar scalar, string path, string key, int line)
    {
        bool isText = scalar.Style is not ScalarStyle.Plain;
        string? value = isText ? scalar.Value : scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => bool.TrueString,
            "false" or "False" or "FALSE" => bool.FalseString,
            string text => text,
        };
        return new() { Path = path, Key = key, Line = line, Value = value, IsText = isText };
    }

    private static string? Complaint(NodeEvent node) => node switch
    {
        { Anchor.IsEmpty: false } => "Anchors are not supported. Leave the anchor out.",
        { Tag.IsEmpty: false } => "Tags are not supported. Leave the tag out.",
        _ => null,
    };
}
