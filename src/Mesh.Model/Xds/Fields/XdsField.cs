using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>A field of a resource that is being read. What is wrong there is gathered for the resource as a whole.</summary>
internal sealed class XdsField
{
    private readonly XdsField? _parent;
    private readonly string _name;
    private readonly int? _index;
    private readonly XdsFindings _found;

    private XdsField(XdsField? parent, string name, int? index) =>
        (_parent, _name, _index, _found) = (parent, name, index, parent?._found ?? new());

    // Written out for faults alone: most fields have none.
    private string Path =>
        (_parent is null or { _parent: null } ? _name : $"{_parent.Path}.{_name}")
        + (_index is { } index ? string.Create(CultureInfo.InvariantCulture, $"[{index}]") : "");

    public XdsField this[string name] => new(this, name, null);

    public XdsField this[string name, int index] => new(this, name, index);

    public XdsField this[string name, string key] => new(this, $"{name}[{Wording.Quote(key)}]", null);

    /// <summary>A resource as a whole.</summary>
    public static XdsField Resource() => new(null, "", null);

    /// <summary>Whether the resource may have one more pattern.</summary>
    public bool TakePattern() => _found.TakePattern();

    /// <summary>Whether its routes may have so many more edits of headers.</summary>
    public bool TakeEdits(int count) => _found.TakeEdits(count);

    /// <summary>The resource cannot be used.</summary>
    public void Fault(string message) => XdsFindings.Add(_found.Faults, () => Path, message);

    /// <summary>Something is left out, without harm.</summary>
    public void Warn(string message) => XdsFindings.Add(_found.Warnings, () => Path, message);

    /// <summary>A field must not be used, for leaving it out would change what becomes of a call.</summary>
    public void Refuse(string field, bool isUsed, string message = "This is not supported.")
    {
        if (isUsed)
        {
            this[field].Fault(message);
        }
    }

    /// <summary>A field that may be used, for nothing.</summary>
    public void Ignore(string field, bool isUsed)
    {
        if (isUsed)
        {
            this[field].Warn("This is not supported, and left out.");
        }
    }

    /// <summary>A message inside another; null, with a fault, when it is something else.</summary>
    public T? Unpack<T>(Any packed)
        where T : class, IMessage<T>, new()
    {
        string name = new T().Descriptor.FullName;
        if (Any.GetTypeName(packed.TypeUrl) != name)
        {
            Fault($"A {name} belongs here, not {Wording.Quote(packed.TypeUrl)}.");
            return null;
        }

        if (!WireParser.TryParse(packed.Value, out T? message, out string? error))
        {
            Fault($"This is no {name}: {error}");
        }

        return message;
    }

    /// <summary>The resource's value, unless a fault was found anywhere in it.</summary>
    public Decoded<T> Decoded<T>(T? value)
        where T : class => new(_found.Faults.Count == 0 ? value : null, [.. _found.Faults], [.. _found.Warnings]);
}
