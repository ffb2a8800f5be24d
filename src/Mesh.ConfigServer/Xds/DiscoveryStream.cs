using System.Collections.Immutable;
using System.Globalization;
using Grpc.Core;
using Mesh.Model.Xds;
using RpcStatus = Mesh.Model.Xds.Wire.Status;
using Status = Grpc.Core.Status;

namespace Mesh.ConfigServer.Xds;

/// <summary>
/// What was said on a stream, and what is to be said next. Without I/O: requests are put in, responses are taken out when they can be
/// written, so that what changes meanwhile is said once. Not thread-safe.
/// </summary>
internal abstract class DiscoveryStream<TRequest, TResponse>(ClientNode client, IStreamEnvironment environment) : IDiscoveryStream
    where TResponse : class
{
    // Far below the 4 MB that clients take by default.
    private const int EnoughBytes = 1024 * 1024;

    private long _lastNonce;

    // When there were news of endpoints last.
    private long? _endpointsToldAt;

    /// <summary>The client must answer before it is told more, of which there is some, or it is too early for it.</summary>
    public bool IsWaiting { get; private set; }

    public IEnumerable<ResourceState> States => Subscriptions.Resources.Select(resource => resource.State);

    public int Gaps => Subscriptions.Resources.Sum(resource => resource.Content?.Gaps.Length ?? 0);

    public DateTimeOffset? PendingSince => Subscriptions.Resources.Min(resource => resource.PendingSince);

    protected Subscriptions Subscriptions { get; } = new(client, environment);

    protected DateTimeOffset Now => environment.Time.GetUtcNow();

    /// <summary>Takes a request.</summary>
    /// <exception cref="RpcException">The stream cannot go on.</exception>
    public void Receive(TRequest request)
    {
        (string url, string nonce, RpcStatus? error) = Envelope(request);
        if (url.Length == 0)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "A request on an aggregated stream must have a type_url."));
        }

        if (ResourceTypes.Of(url) is { } type)
        {
            Take(Subscriptions[type], request, nonce, error);
        }
    }

    /// <summary>The next response; null: there is nothing to say before something changes or the client answers.</summary>
    /// <param name="snapshot">The state in force.</param>
    /// <param name="unseen">What may be another there than in the one that was given before.</param>
    public TResponse? Next(MeshSnapshot snapshot, IEnumerable<SubscribedResource> unseen)
    {
        Subscriptions.Look(snapshot, unseen);
        IsWaiting = false;
        foreach (TypeSubscription type in Subscriptions.Types)
        {
            // What the client asks for it gets; else it must have answered the response before, and what comes later in the order waits.
            bool isNews = !type.IsOwed;
            if (type.IsOwed || (!IsWaiting && !type.IsPending && type.HasNews && !IsTooEarly(type)))
            {
                if (News(type, snapshot) is { } response)
                {
                    _endpointsToldAt = isNews && type.Type is ResourceType.Endpoints ? environment.Time.GetTimestamp() : _endpointsToldAt;
                    return response;
                }
            }

            IsWaiting |= type.HasNews && !IsHeldBack(type);
        }

        return IsWaiting ? null : Removals(snapshot);
    }

    public ImmutableArray<ResourceStatus> Describe() =>
        [.. Subscriptions.Resources.Select(resource => resource.Describe())];

    public void Leave() => Subscriptions.Leave();

    public IEnumerable<ResourceType> AskedForAll() => Subscriptions.Types.Where(type => type.IsForAll).Select(type => type.Type);

    protected abstract (string Url, string Nonce, RpcStatus? Error) Envelope(TRequest request);

    protected abstract void Subscribe(TypeSubscription type, TRequest request, bool isStale);

    /// <summary>
    /// A response with what is new and what is owed, and nothing taken away but what the client has just asked for; null: nothing has to be
    /// said.
    /// </summary>
    protected abstract TResponse? News(TypeSubscription type, MeshSnapshot snapshot);

    /// <summary>Nothing can be said of the type before all of it is decided. Other types do not wait for that.</summary>
    protected virtual bool IsHeldBack(TypeSubscription type) => false;

    /// <summary>A response that takes away what is gone; null: nothing has to be said.</summary>
    protected abstract TResponse? Removal(TypeSubscription type, MeshSnapshot snapshot);

    /// <summary>Notes that a response is about to be sent.</summary>
    protected string Send(TypeSubscription type, IEnumerable<(SubscribedResource Subscribed, XdsResource Resource)> resources)
    {
        type.MarkSent(++_lastNonce, resources, Now);
        return _lastNonce.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What is sent of a resource.</summary>
    protected virtual XdsBody BodyOf(SubscribedResource subscribed, XdsResource resource) => resource.Whole;

    /// <summary>What is new or owed and can be sent, as much of it as fits into one response.</summary>
    protected List<(SubscribedResource Subscribed, XdsResource Resource, XdsBody Body)> PartOf(TypeSubscription type)
    {
        List<(SubscribedResource, XdsResource, XdsBody)> part = [];
        int bytes = 0;
        type.IsOwed = false;
        foreach (SubscribedResource resource in type.Open)
        {
            if ((!resource.IsNews && !resource.IsOwed) || resource.IsAbsent || resource.Offer is not { } offer)
            {
                continue;
            }

            XdsBody body = BodyOf(resource, offer);
            if (bytes > 0 && bytes + body.Size > EnoughBytes)
            {
                type.IsOwed |= resource.IsOwed;
                continue;
            }

            bytes += body.Size;
            part.Add((resource, offer, body));
        }

        return part;
    }

    // Foreign clients are sent all endpoints of a service each time, and do much with each: of those that come and go fast they are told
    // less often.
    private bool IsTooEarly(TypeSubscription type)
    {
        if (type.Type is not ResourceType.Endpoints || client.Profile is not ClientProfile.Grpc || _endpointsToldAt is not { } last)
        {
            return false;
        }

        TimeSpan left = environment.EndpointsPause - environment.Time.GetElapsedTime(last);
        if (left > TimeSpan.Zero)
        {
            environment.WakeAfter(left);
        }

        return left > TimeSpan.Zero;
    }

    private void Take(TypeSubscription type, TRequest request, string nonce, RpcStatus? error)
    {
        bool answers = long.TryParse(nonce, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        if (answers)
        {
            Refusal? refusal = error is null ? null : new Refusal(error);
            if (type.Settle(number, refusal, Now) && refusal is not null)
            {
                environment.Refused(type.Type, refusal.Reason);
            }
        }

        // Nothing was sent yet: the nonce is one of an earlier stream, and the request is the first of this one.
        bool isStale = nonce.Length > 0 && type.Nonce > 0 && !(answers && number == type.Nonce);
        Subscribe(type, request, isStale);
    }

    private TResponse? Removals(MeshSnapshot snapshot)
    {
        foreach (ResourceType type in ResourceTypes.InOrderOfRemoval)
        {
            TypeSubscription subscription = Subscriptions[type];
            if (subscription.Open.Any(resource => resource.IsGone))
            {
                if (subscription.IsPending)
                {
                    IsWaiting = true;
                    return null;
                }

                if (Removal(subscription, snapshot) is { } response)
                {
                    return response;
                }
            }
        }

        return null;
    }
}
