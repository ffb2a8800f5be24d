namespace Mesh.ConfigServer.Xds;

/// <summary>A resource that a client wants, what it was told of it, and what it made of that.</summary>
internal sealed class SubscribedResource(ResourceName name)
{
    private Lookup _found;
    private string? _refusedVersion;
    private string? _refusal;
    private string? _acknowledgedVersion;
    private XdsResource? _acknowledged;

    // In ticks, for there are many of these; 0: never.
    private long _sentAt;
    private long _pendingSince;
    private long _acknowledgedAt;

    private string? _sentVersion;
    private XdsResource? _sent;
    private long _nonce;
    private bool _wasToldOfAbsence;
    private bool _isWithheld;

    /// <summary>The same object in all streams that have it.</summary>
    public ResourceName Name { get; set; } = name;

    /// <summary>The client has asked and was not answered yet.</summary>
    public bool IsOwed { get; set; }

    /// <summary>The client has refused a response with the newest version, which is not sent again because of that.</summary>
    public bool IsRefused => _refusedVersion is not null && _found.Resource?.Version == _refusedVersion;

    /// <summary>There is something that the client was not sent last and has not refused.</summary>
    public bool IsNews => _found.Resource is { } found && found.Version != _sentVersion && !IsRefused;

    /// <summary>The client has something, or waits for something, that is no more.</summary>
    public bool IsGone => (_sentVersion is not null || _isWithheld) && _found.IsNothing;

    /// <summary>Something is to be said of it.</summary>
    public bool IsOpen => IsOwed || IsNews || IsGone;

    /// <summary>A version of it was sent that the client has neither taken nor refused.</summary>
    public bool IsPending { get; private set; }

    public bool IsAbsent => _found.IsNothing;

    /// <summary>It may come to be known yet: until that is decided the client is told nothing.</summary>
    public bool IsUndecided => _found.IsUndecided;

    /// <summary>The client was told that it is not decided yet.</summary>
    public bool IsPutOff { get; set; }

    /// <summary>Why there is nothing to send although there is such a resource; null: there is something, or no such resource.</summary>
    public string? Problem => Offer is null ? _found.Problem : null;

    /// <summary>
    /// What can be said of it: where the newest is withheld or is no more, what was sent last. One that was refused, too: it may have stood
    /// beside the bad one and have been taken, so that to leave it out would take it away, and an older one would lead the client back.
    /// </summary>
    public XdsResource? Offer => _found.Resource ?? _sent;

    /// <summary>The version that the client has and has not asked for again; null: none, or one that it may not have taken.</summary>
    public string? Known => IsOwed || _refusedVersion == _sentVersion ? null : _sentVersion;

    public ResourceState State => this switch
    {
        { IsRefused: true } => ResourceState.Nacked,
        { IsPending: true } or { IsGone: true } => ResourceState.Stale,
        { _sentVersion: not null } => IsNews ? ResourceState.Stale : ResourceState.Synced,
        _ => _wasToldOfAbsence && IsAbsent ? ResourceState.NotFound : ResourceState.Requested,
    };

    /// <summary>The client has it from an earlier stream, or so it may be.</summary>
    public bool IsResumed { get; set; }

    /// <summary>What the client has from an earlier stream.</summary>
    public void Resume(string version) => (_sentVersion, _acknowledgedVersion, IsOwed, IsResumed) = (version, version, false, true);

    /// <summary>Sees what there is now.</summary>
    public void Look(MeshSnapshot snapshot, ClientNode client)
    {
        _found = snapshot.Find(Name, client, IsResumed);
        if (_found.Resource is { } found && found.Version == _sentVersion)
        {
            // The client may have it from an earlier stream. Its own word for the version is not kept beside ours.
            (_sent, _sentVersion) = (found, found.Version);
            (_acknowledged, _acknowledgedVersion) = found.Version == _acknowledgedVersion
                ? (found, found.Version) : (_acknowledged, _acknowledgedVersion);
        }
    }

    public void MarkSent(XdsResource resource, long nonce, DateTimeOffset now)
    {
        (IsOwed, _isWithheld) = (false, false);
        if (!IsPending && !IsRefused && resource.Version == _sentVersion)
        {
            return;
        }

        _pendingSince = IsPending ? _pendingSince : now.UtcTicks;
        (_sent, _sentVersion, _sentAt, _nonce, IsPending) = (resource, resource.Version, now.UtcTicks, nonce, true);
        if (resource.Version != _refusedVersion)
        {
            // It may have been another's fault: where that one comes back it is worth another try.
            ForgetRefusal();
        }
    }

    public void MarkAbsent(DateTimeOffset now)
    {
        (IsOwed, _wasToldOfAbsence, _isWithheld, IsPending) = (false, true, false, false);
        (_sent, _sentVersion, _sentAt) = (null, null, now.UtcTicks);
        (_acknowledged, _acknowledgedVersion) = (null, null);

        // What comes back is new, even if it is the same.
        ForgetRefusal();
    }

    /// <summary>The client has asked, and there is nothing to send: it may have been told why.</summary>
    public void MarkWithheld() => (IsOwed, _isWithheld) = (false, true);

    /// <summary>It was new in the response with this nonce, which was not answered yet.</summary>
    public bool IsPendingIn(long nonce) => IsPending && nonce == _nonce;

    /// <summary>The client took what it was sent last.</summary>
    public void Acknowledge(DateTimeOffset now)
    {
        (_acknowledged, _acknowledgedVersion, _acknowledgedAt, IsPending) = (_sent, _sentVersion, now.UtcTicks, false);
        if (_refusedVersion == _sentVersion)
        {
            ForgetRefusal();
        }
    }

    /// <summary>The client refused what it was sent last, or what stood beside it.</summary>
    /// <param name="reason">Why, as far as it is known.</param>
    public void Refuse(string reason) => (_refusedVersion, _refusal, IsPending) = (_sentVersion, reason, false);

    /// <summary>What the client has of it; null: nothing, as far as this stream knows.</summary>
    public XdsResource? Content => State is ResourceState.Nacked ? _acknowledged : _sent;

    /// <summary>Since when the client owes an answer; null: it owes none.</summary>
    public DateTimeOffset? PendingSince => IsPending ? Moment(_pendingSince) : null;

    public ResourceStatus Describe()
    {
        ResourceState state = State;
        bool isNacked = state is ResourceState.Nacked;
        return new ResourceStatus(
            Name.Type, Name.Text, isNacked ? _refusedVersion : _sentVersion, _acknowledgedVersion, state,
            _found.Problem ?? (isNacked ? _refusal : null), Moment(_sentAt), Moment(_acknowledgedAt), Content)
        {
            PendingSince = PendingSince,
        };
    }

    private static DateTimeOffset? Moment(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    private void ForgetRefusal() => (_refusedVersion, _refusal) = (null, null);
}
