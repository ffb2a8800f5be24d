using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Model;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>All that is known of one resource. What is bad or withheld leaves what was good in force.</summary>
internal sealed class XdsResource(XdsResourceType type, string name)
{
    private const int NotFound = 5;

    private static readonly Lazy<ByteString> s_nothing = new(ByteString.Empty);

    private bool _isTroubleNew;

    public XdsResourceType Type => type;

    public string Name => name;

    public XdsResourceState State { get; private set; } = IsOfNewNames(name) ? XdsResourceState.DoesNotExist : XdsResourceState.Requested;

    /// <summary>It can be asked for.</summary>
    public bool IsSupported => !IsOfNewNames(name);

    /// <summary>The last good one; null: there is none.</summary>
    public object? Value { get; private set; }

    /// <summary>Its version; empty where there is none.</summary>
    public string Version { get; private set; } = "";

    /// <summary>As it is sent whole. Of what was patched it is made when somebody wants it.</summary>
    public Lazy<ByteString> Bytes { get; private set; } = s_nothing;

    /// <summary>Why the newest was refused, or is withheld by the server; null: the newest is in force.</summary>
    public string? Trouble
    {
        get;
        private set
        {
            _isTroubleNew = value is not null && (_isTroubleNew || value != field);
            field = value;
        }
    }
    = IsOfNewNames(name) ? $"Names that begin with {XdsBootstrap.NewNames} are not supported." : null;

    /// <summary>Whether there is trouble that nobody was told of. Afterwards it was.</summary>
    public bool TakeNewTrouble()
    {
        bool isNew = _isTroubleNew;
        _isTroubleNew = false;
        return isNew;
    }

    /// <summary>The newest, where it was refused for files that are not here. Nobody sends it again when they come.</summary>
    public SentResource? Waiting { get; private set; }

    /// <summary>The newest cannot be used. What was there before is in force, if anything was.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Of a cluster: the endpoints that were called by it.</summary>
    public ImmutableArray<MeshEndpoint> Called { get; set; } = [];

    /// <summary>It was in force before the server said that there is none.</summary>
    public bool WasThere { get; private set; }

    /// <summary>What is put together from it. None: it is not asked for, and kept for one who may.</summary>
    public HashSet<ResourceAssembly> Followers { get; } = [];

    /// <summary>How many streams ask for it.</summary>
    public int Streams { get; set; }

    /// <summary>Its place among those that are kept though nobody follows them; null: it is none of them.</summary>
    public LinkedListNode<XdsResource>? Kept { get; set; }

    /// <summary>No server was asked for it for a while, or it comes from the cache, and none has told of it since.</summary>
    public bool IsStale { get; set; }

    /// <summary>It comes from the cache, and no server has told of it since.</summary>
    public bool IsFromCache { get; set; }

    /// <summary>Since when an answer is waited for, in ticks of the clock; null: none is.</summary>
    public long? AskedAt { get; set; }

    /// <summary>The server is there, and is to tell of it when it knows: it was just started, and not all have come back to it.</summary>
    public bool IsPutOff { get; private set; }

    /// <summary>Takes what a server has sent, if it is good.</summary>
    /// <returns>What is wrong with it; null: it is in force.</returns>
    public string? Take(SentResource sent)
    {
        if (sent.Parsed.Value is null)
        {
            string trouble = Refuse([.. sent.Parsed.Faults]);
            Waiting = sent.Parsed.WaitsForFiles ? sent : null;
            return trouble;
        }

        // The same object where nothing has changed: rules are compiled by whoever gets them.
        if (State != XdsResourceState.Exists || !Bytes.IsValueCreated || Bytes.Value != sent.Content.Value)
        {
            Value = sent.Parsed.Value;
            Bytes = new Lazy<ByteString>(sent.Content.Value);
            State = XdsResourceState.Exists;
        }

        OnTaken(sent.Version);
        return null;
    }

    /// <summary>Takes what a server has sent of what is different.</summary>
    /// <returns>False: it cannot be read, or is not for the version that is in force; nothing has changed.</returns>
    public bool TryPatch(SentResource sent)
    {
        if (sent.Parsed.Value is not XdsEndpointsPatch patch || Value is not XdsEndpoints { DropOverloads.IsEmpty: true } before || patch.BaseVersion != Version)
        {
            return false;
        }

        XdsEndpoints after = patch.Apply(before);
        Value = after;
        Bytes = new Lazy<ByteString>(() => WireWriter.Bytes(EndpointsCodec.Encode(name, null, new() { Endpoints = after.Endpoints }, ClientProfile.Mesh).Message));
        OnTaken(sent.Version);
        return true;
    }

    /// <summary>Takes what had to wait for its files: no server has told of it since.</summary>
    /// <returns>False: it is still bad.</returns>
    public bool TakeAgain(SentResource sent)
    {
        (bool isStale, bool isFromCache) = (IsStale, IsFromCache);
        bool isGood = Take(sent) is null;
        (IsStale, IsFromCache) = (isStale, isFromCache);
        return isGood;
    }

    public string Refuse(params IEnumerable<XdsFault> faults)
    {
        // It is there, whatever it says: no longer one that does not exist.
        State = Value is null ? XdsResourceState.Requested : State;
        IsRefused = true;
        AskedAt = null;
        IsStale = false;
        Waiting = null;
        return Trouble = string.Join(" ", faults);
    }

    /// <summary>The server has said that there is no such resource.</summary>
    public void Remove()
    {
        WasThere |= Value is not null;
        Reset(XdsResourceState.DoesNotExist);
    }

    /// <summary>The server has it no more, and what was there stays in force all the same (gRFC A88).</summary>
    public void Keep()
    {
        AskedAt = null;
        IsStale = false;
        Trouble = "The server has deleted it. What was there stays in force, unless its server_features have fail_on_data_errors.";
    }

    /// <summary>What is there goes out of force for its trouble.</summary>
    public void Fail()
    {
        (string? trouble, SentResource? waiting) = (Trouble, Waiting);
        Remove();
        Trouble = trouble;
        Waiting = waiting;
    }

    /// <summary>The server has said nothing of it for too long, which is its own trouble.</summary>
    public void GiveUp()
    {
        AskedAt = null;
        IsStale = false;
        Trouble = "The server has not told of it in time.";
    }

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
        IsStale = false;
        Waiting = null;
        Trouble = $"The server does not give it ({why?.Code}): {why?.Message}";
    }

    /// <summary>The server does not know yet whether there is one. Nothing is waited for.</summary>
    public void PutOff() => (AskedAt, IsPutOff) = (null, true);

    /// <summary>The stream is over that it was asked for on.</summary>
    public void ForgetQuestion() => (AskedAt, IsPutOff) = (null, false);

    private static bool IsOfNewNames(string name) => name.StartsWith(XdsBootstrap.NewNames, StringComparison.Ordinal);

    private void OnTaken(string version)
    {
        ForgetQuestion();
        IsStale = IsFromCache = IsRefused = false;
        Waiting = null;
        Version = version;
        Trouble = null;
    }

    private void Reset(XdsResourceState state)
    {
        State = state;
        Value = null;
        Version = "";
        Bytes = s_nothing;
        Trouble = null;
        Waiting = null;
        ForgetQuestion();
        IsStale = IsRefused = false;
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
