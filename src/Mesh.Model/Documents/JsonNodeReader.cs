using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Mesh.Model.Documents;

/// <summary>One pass over JSON that knows its lines.</summary>
internal ref struct JsonNodeReader(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private Utf8JsonReader _reader = new(json, new JsonReaderOptions
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = ProviderKeys.DeepestLevel,
    });

    private readonly NodeBudget _budget = new();
    private int _seen;
    private int _line = 1;

    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A text in it is none.</exception>
    public ImmutableArray<DocumentNode> ReadRoots(string name, bool arrayIsMany)
    {
        _reader.Read();
        ImmutableArray<DocumentNode> roots = arrayIsMany && _reader.TokenType is JsonTokenType.StartArray
            ? ReadEntries(_ => (name, name)) : [ReadNode(name, name)];

        // Throws when there is more.
        _reader.Read();
        return roots;
    }

    private DocumentNode ReadNode(string path, string key)
    {
        if (!_budget.Take(path))
        {
            throw new JsonException(NodeBudget.Complaint);
        }

        int line = Line();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return new() { Path = path, Key = key, Line = line, Children = ReadMembers(path) };
            case JsonTokenType.StartArray:
                ImmutableArray<DocumentNode> entries = ReadEntries(index => (DocumentNode.Below(path, $"{index}"), $"{index}"));
                return new() { Path = path, Key = key, Line = line, Value = entries.IsEmpty ? "" : null, Children = entries };
            case JsonTokenType.Null:
                return new() { Path = path, Key = key, Line = line };
            case JsonTokenType.String:
                return new() { Path = path, Key = key, Line = line, Value = _reader.GetString(), IsText = true };
            case JsonTokenType.Number:
                return new() { Path = path, Key = key, Line = line, Value = Encoding.UTF8.GetString(_reader.ValueSpan) };
            default:
                return new() { Path = path, Key = key, Line = line, Value = _reader.GetBoolean() ? bool.TrueString : bool.FalseString };
        }
    }

    private ImmutableArray<DocumentNode> ReadMembers(string path)
    {
        DocumentMembers members = new();
        while (_reader.Read() && _reader.TokenType is not JsonTokenType.EndObject)
        {
            string key = _reader.GetString()!;
            _reader.Read();
            members.Add(ReadNode(DocumentNode.Below(path, key), key));
        }

        return members.ToChildren();
    }

    private ImmutableArray<DocumentNode> ReadEntries(Func<int, (string Path, string Key)> name)
    {
        ImmutableArray<DocumentNode>.Builder entries = ImmutableArray.CreateBuilder<DocumentNode>();
        while (_reader.Read() && _reader.TokenType is not JsonTokenType.EndArray)
        {
            (string path, string key) = name(entries.Count);
            entries.Add(ReadNode(path, key));
        }

        return entries.ToImmutable();
    }

    private int Line()
    {
        int start = (int)_reader.TokenStartIndex;
        _line += _json[_seen..start].Count((byte)'\n');
        _seen = start;
        return _line;
    }
}
