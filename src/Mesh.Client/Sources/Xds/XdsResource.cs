using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>All that is known of one resource. What is bad or withheld leaves what was good in force.</summary>
internal sealed class XdsResource(XdsResourceType type, string name, Func<object, XdsFault?> check)
{
    private const int NotFound = 5;

    public XdsResourceType Type => type;

    public string Name => name;

    public XdsResourceState State { get; private set; }

    /// <summary>The last good one; null: there is none.</summary>
    public object? Value { get; private set; }

    /// <summary>Its version; empty where there is none.</summary>
    public string Version { get; private set; } = "";

    public ByteString Bytes { get; private set; } = ByteString.Empty;

    /// <summary>Why the newest was refused, or is withheld by the server; null: the newest is in force.</summary>
    public string? Trouble { get; private set; }

    /// <summary>What is put together from it. None: it is not asked for, and kept for one who may.</summary>
    public HashSet<ServiceAssembly> Followers { get; } = [];

    /// <summary>Since when an answer is waited for, in ticks of the clock; null: none is.</summary>
    public long? AskedAt { get; set; }

    /// <summary>Takes what a server has sent, if it is good.</summary>
    /// <returns>What is wrong with it; null: it is in force.</returns>
    public string? Take(string version, Any content)
    {
        AskedAt = null;
        if (State != XdsResourceState.Exists || Bytes != content.Value || content.TypeUrl != type.Url)
        {
            ParsedResource parsed = type.Parse(name, content);
            if (parsed.Value is null)
            {
                return Refuse([.. parsed.Faults]);
            }

            if (check(parsed.Value) is { } fault)
            {
                return Refuse(fault);
            }

            Value = parsed.Value;
            Bytes = content.Value;
            State = XdsResourceState.Exists;
        }

        Version = version;
        return Trouble = null;
    }

    public string Refuse(params IEnumerable<XdsFault> faults)
    {
        AskedAt = null;
        return Trouble = string.Join(" ", faults);
    }

    /// <summary>The server has said that there is no such resource, or nothing for too long.</summary>
    public void Remove() => Reset(XdsResourceState.DoesNotExist);

    /// <summary>All that was learnt of it is forgotten.</summary>
    public void Forget() => Reset(XdsResourceState.Requested);

    /// <summary>The server has said why it does not give the resource (gRFC A88). What is there stays in force.</summary>
    public void Withhold(Wire.Status? why)
    {
        if (why?.Code == NotFound && Value is null)
        {
            Remove();
            return;
        }

        AskedAt = null;
        Trouble = $"The server does not give it ({why?.Code}): {why?.Message}";
    }

    private void Reset(XdsResourceState state)
    {
        State = state;
        Value = null;
        Version = "";
        Bytes = ByteString.Empty;
        Trouble = null;
        AskedAt = null;
    }
}

/// <summary>Whether a resource exists.</summary>
internal enum XdsResourceState
{
    /// <summary>Nobody has said yet.</summary>
    Requested,

    Exists,

    DoesNotExist,
}
