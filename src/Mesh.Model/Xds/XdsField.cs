using System.Globalization;

namespace Mesh.Model.Xds;

/// <summary>A field of a resource that is being read. What is wrong there is gathered for the resource as a whole.</summary>
internal sealed class XdsField
{
    private readonly XdsField? _parent;
    private readonly string _name;
    private readonly int? _index;
    private readonly List<XdsFault> _faults;
    private readonly List<XdsFault> _warnings;

    private XdsField(XdsField? parent, string name, int? index)
    {
        (_parent, _name, _index) = (parent, name, index);
        (_faults, _warnings) = parent is null ? ([], []) : (parent._faults, parent._warnings);
    }

    // Written out for faults alone: most fields have none.
    private string Path =>
        (_parent is null or { _parent: null } ? _name : $"{_parent.Path}.{_name}")
        + (_index is { } index ? string.Create(CultureInfo.InvariantCulture, $"[{index}]") : "");

    public XdsField this[string name] => new(this, name, null);

    public XdsField this[string name, int index] => new(this, name, index);

    /// <summary>A resource as a whole.</summary>
    public static XdsField Resource() => new(null, "", null);

    public void Fault(string message) => _faults.Add(new XdsFault(Path, message));

    public void Warn(string message) => _warnings.Add(new XdsFault(Path, message));

    /// <summary>The resource's value, unless a fault was found anywhere in it.</summary>
    public Decoded<T> Decoded<T>(T? value)
        where T : class => new(_faults.Count == 0 ? value : null, [.. _faults], [.. _warnings]);
}
