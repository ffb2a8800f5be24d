using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>A place in a resource that is decoded, and where what is found there is written down.</summary>
internal sealed class Place
{
    private readonly ImmutableArray<XdsFault>.Builder _faults;
    private readonly ImmutableArray<XdsFault>.Builder _warnings;

    /// <summary>The resource as a whole.</summary>
    public Place()
        : this("", ImmutableArray.CreateBuilder<XdsFault>(), ImmutableArray.CreateBuilder<XdsFault>())
    {
    }

    private Place(string path, ImmutableArray<XdsFault>.Builder faults, ImmutableArray<XdsFault>.Builder warnings)
    {
        Path = path;
        _faults = faults;
        _warnings = warnings;
    }

    public string Path { get; }

    public Place Field(string name) => new(Path.Length == 0 ? name : $"{Path}.{name}", _faults, _warnings);

    public Place Item(string name, int index) => Field($"{name}[{index}]");

    public Place Item(string name, string key) => Field($"{name}[{Documents.Wording.Quote(key)}]");

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
            Fault($"A {message.Descriptor.FullName} belongs here, not {Documents.Wording.Quote(any.TypeUrl)}.");
            return null;
        }

        try
        {
            message.MergeFrom(any.Value);
            return message;
        }
        catch (InvalidProtocolBufferException e)
        {
            Fault($"This is no {message.Descriptor.FullName}: {e.Message}");
            return null;
        }
    }

    /// <summary>What was decoded, unless there were faults.</summary>
    public Decoded<T> Result<T>(T value)
        where T : class => new(_faults.Count == 0 ? value : null, _faults.ToImmutable(), _warnings.ToImmutable());
}
