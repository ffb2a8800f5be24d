using System.Collections.Immutable;
using System.Threading.Channels;
using Grpc.Core;

namespace Mesh.ConfigServer.Xds;

/// <summary>A client's stream as others see it: it can be woken, asked how it is, and ended.</summary>
internal sealed class ClientSession : IStreamEnvironment, IDisposable
{
    private readonly SessionEnvironment _environment;
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Without a timer it needs no disposal, which would meet those who end the session at the same moment.
    private readonly CancellationTokenSource _ending = new();
    private readonly DateTimeOffset _connectedAt;
    private Status? _end;
    private long _changedAt;

    // Most never need them.
    private ITimer? _later;
    private ClientNack? _lastNack;

    public ClientSession(ClientNode node, string address, StreamProtocol protocol, SessionEnvironment environment)
    {
        Node = node;
        Address = address;
        Protocol = protocol;
        _environment = environment;
        _connectedAt = environment.Time.GetUtcNow();
    }

    public ClientNode Node { get; }

    public string Address { get; }

    public StreamProtocol Protocol { get; }

    public TimeProvider Time => _environment.Time;

    public int MaxNames => _environment.Options.MaxNames;

    public TimeSpan EndpointsPause => _environment.Options.EndpointsPause;

    /// <summary>Guards the stream.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Set before anyone else sees the session.</summary>
    public IDiscoveryStream? Stream { get; set; }

    public CancellationToken Ending => _ending.Token;

    /// <summary>Why it ends.</summary>
    public Status EndStatus => _end ?? Status.DefaultSuccess;

    /// <summary>How far its client has come, how many of its rules it cannot honour, and since when it owes an answer.</summary>
    public (ClientSync Sync, int Gaps, DateTimeOffset? PendingSince) Progress
    {
        get
        {
            lock (Gate)
            {
                return Stream is { } stream ? (ClientStatus.SyncOf(stream.States), stream.Gaps, stream.PendingSince) : default;
            }
        }
    }

    // Under the gate.
    public void WakeAfter(TimeSpan time)
    {
        if (_later is null)
        {
            using AsyncFlowControl suppressed = ExecutionContext.SuppressFlow();
            _later = Time.CreateTimer(
                static state => ((ClientSession)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _later.Change(time, Timeout.InfiniteTimeSpan);
    }

    public void Watch(SubscribedResource resource) => _environment.Interests.Add(this, resource);

    public void Unwatch(SubscribedResource resource) => _environment.Interests.Remove(this, resource);

    public void Refused(ResourceType type, string reason)
    {
        _lastNack = new ClientNack(type, reason, Time.GetUtcNow());
        _environment.Metrics.Refused(type);
        _environment.Logger.ResponseRefused(Node.Id, Address, type, reason);
    }

    public void AskedForAll(ResourceType type) => _environment.Logger.AskedForAll(Node.Id, Address, type);

    /// <summary>Something may have to be said.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    /// <param name="changedAt">When the mesh changed, which counts from the first change that was not pushed.</param>
    public void Wake(long changedAt)
    {
        PutBack(changedAt);
        Wake();
    }

    /// <summary>When the mesh changed since this was asked last; null: it did not.</summary>
    public long? TakeChange() => Interlocked.Exchange(ref _changedAt, 0) is var changed and not 0 ? changed : null;

    /// <summary>What was taken could not be told yet.</summary>
    public void PutBack(long changedAt) => Interlocked.CompareExchange(ref _changedAt, changedAt, 0);

    public async Task WaitAsync() => await _wakes.Reader.ReadAsync(Ending).ConfigureAwait(false);

    /// <summary>Ends the stream; the first reason counts.</summary>
    public void End(Status status)
    {
        lock (Gate)
        {
            if (_end is not null)
            {
                return;
            }

            _end = status;
        }

        // What waits for it must not run here: it may be a timer's thread, or that of the server's end.
        _ = _ending.CancelAsync();
    }

    public ClientStatus Describe()
    {
        lock (Gate)
        {
            // A client asks for its own service, whether the mesh has one by that name or not.
            ImmutableArray<ResourceStatus> resources =
                [.. (Stream?.Describe() ?? []).Where(resource => resource.State is not ResourceState.NotFound || resource.Name != Node.OwnName)];
            return new ClientStatus(Node, Address, Protocol, _connectedAt, resources, [.. Gaps(resources)], _lastNack);
        }
    }

    /// <summary>Forgets what it wanted.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            Stream?.Leave();
            _later?.Dispose();
        }
    }

    private IEnumerable<ClientGap> Gaps(ImmutableArray<ResourceStatus> resources)
    {
        IEnumerable<ClientGap> ofAll = (Stream?.AskedForAll() ?? []).Select(type => new ClientGap(
            "*", "", $"It asks for every resource of type {type}, and is sent none: clients are told of what they ask for by name."));
        IEnumerable<ClientGap> ofResources = resources.Where(resource => resource.Content is not null)
            .SelectMany(resource => resource.Content!.Gaps.Select(gap => new ClientGap(resource.Content.Service, gap.Path, gap.Message)));
        return ofAll.Concat(ofResources).Distinct();
    }
}
