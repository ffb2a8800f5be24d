using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>A place in a resource that is decoded, and where what is found there is written down.</summary>
internal sealed class Place
{
    private readonly Place? _parent;
    private readonly string _name = "";
    private readonly int? _index;
    private readonly ImmutableArray<XdsFault>.Builder _faults;
    private readonly ImmutableArray<XdsFault>.Builder _warnings;

    /// <summary>The resource as a whole.</summary>
    public Place()
    {
        _faults = ImmutableArray.CreateBuilder<XdsFault>();
        _warnings = ImmutableArray.CreateBuilder<XdsFault>();
    }

    private Place(Place parent, string name, int? index)
    {
        _parent = parent;
        _name = name;
        _index = index;
        _faults = parent._faults;
        _warnings = parent._warnings;
    }

    // Made when it is needed, for most places are good.
    private string Path => _parent is null ? "" : _parent.Path is { Length: > 0 } path ? $"{path}.{Step}" : Step;

    private string Step => _index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{_name}[{index}]") : _name;

    public Place Field(string name) => new(this, name, null);

    public Place Item(string name, int index) => new(this, name, index);

    public Place Item(string name, string key) => Field($"{name}[{Wording.Quote(key)}]");

    /// <summary>The resource cannot be used.</summary>
    public void Fault(string message) => _faults.Add(new XdsFault(Path, message));

    /// <summary>Something is left out, without harm.</summary>
    public void Warn(string message) => _warnings.Add(new XdsFault(Path, message));

    /// <summary>A field must not be used, for leaving it out would change what becomes of a call.</summary>
    public void Refuse(string field, bool isUsed)
    {
        if (isUsed)
        {
            Field(field).Fault("This is not supported.");
        }
    }

    /// <summary>A field that may be used, for nothing.</summary>
    public void Ignore(string field, bool isUsed)
    {
        if (isUsed)
        {
            Field(field).Warn("This is not supported, and left out.");
        }
    }

    /// <summary>A message inside another; null, with a fault, when it is something else.</summary>
    public T? Unpack<T>(Any any)
        where T : class, IMessage<T>, new()
    {
        T message = new();
        if (!any.Is(message.Descriptor))
        {
            Fault($"A {message.Descriptor.FullName} belongs here, not {Wording.Quote(any.TypeUrl)}.");
            return null;
        }

        try
        {
            message.MergeFrom(any.Value);
            return message;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException)
        {
            // The latter is how the parser complains of a wrapper that ends too early.
            Fault($"This is no {message.Descriptor.FullName}: {e.Message}");
            return null;
        }
    }

    /// <summary>What was decoded, unless there were faults.</summary>
    public Decoded<T> Result<T>(T value)
        where T : class => new(_faults.Count == 0 ? value : null, _faults.ToImmutable(), _warnings.ToImmutable());
}
