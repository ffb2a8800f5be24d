using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;
using Mesh.Client.Runtime;
using Mesh.Client.Transport;

namespace Mesh.Client.Calls;

/// <summary>
/// The state of one call, from its route to the last byte of its answer. Whoever holds it ends it, once, with <see cref="Finish"/>.
/// Should the caller drop an answer without disposing it, the finalizer ends the call; as the objects are used again and again, that
/// costs nothing otherwise.
/// </summary>
internal sealed partial class Call(CallPool pool)
{
    private readonly MeshRuntime _runtime = pool.Runtime;
    private MeshedService _service = null!;
    private Cluster _cluster = null!;
    private CancellationToken _caller;
    private long _started;
    private bool _hasEntered;

    // Made for the first call that needs it, and kept for the next ones that do.
    private Deadline? _deadline;
    private bool _isTimed;

    ~Call()
    {
        if (IsOver)
        {
            return;
        }

        // It is going back to the pool, and may be dropped again.
        GC.ReRegisterForFinalize(this);
        try
        {
            // The timer may have been finalized, too: the next call gets another.
            EndTime(isHeard: true);
            DropTime();
            Finish(Committed);
        }
        catch (Exception)
        {
            // What listens to metrics or spans has failed. Here nobody is left to be told, and to throw would end the process.
        }
    }

    public HttpRequestMessage Request { get; private set; } = null!;

    public Route Route { get; private set; } = null!;

    /// <summary>Follows redirects; null: the caller gets them.</summary>
    public RedirectFollower? Redirects { get; private set; }

    public bool IsGrpc { get; private set; }

    public bool IsAsync { get; private set; }

    /// <summary>True before it is started and once it is finished.</summary>
    public bool IsOver { get; private set; } = true;

    /// <summary>What it comes to when the answer that was handed over is dropped.</summary>
    public Outcome Committed { get; set; } = Outcomes.Success;

    /// <summary>The service that the route chose: the called one, or another.</summary>
    public MeshedService Destination => _cluster.Service;

    /// <summary>The caller's own token.</summary>
    public CancellationToken Caller => _caller;

    public TimeProvider Time => _runtime.Time;

    /// <summary>From the call's start to the last byte of the answer's body; null: no limit.</summary>
    public TimeSpan? Timeout { get; private set; }

    /// <summary>The time of the call and of its attempts; null where neither is limited.</summary>
    public Deadline? Deadline => _isTimed ? _deadline : null;

    /// <summary>Cancelled by the caller and by the route's time. It may be another one for each attempt.</summary>
    public CancellationToken Token => _isTimed ? _deadline!.Token : _caller;

    /// <summary>Takes on a call.</summary>
    public void Take(
        MeshedService service,
        Route route,
        Cluster cluster,
        HttpRequestMessage request,
        RedirectFollower? redirects,
        bool isGrpc,
        bool isAsync,
        CancellationToken caller)
    {
        IsOver = false;
        _service = service;
        _cluster = cluster;
        _caller = caller;
        Route = route;
        Request = request;
        Redirects = redirects;
        IsGrpc = isGrpc;
        IsAsync = isAsync;
        Timeout = route.Timeout;
    }

    /// <summary>Takes on what the request itself asks for, which was checked before.</summary>
    public void ReadOptions()
    {
        HttpRequestOptions options = Request.Options;
        if (options.TryGetValue(MeshRequestOptions.Timeout, out TimeSpan timeout))
        {
            Timeout = timeout == System.Threading.Timeout.InfiniteTimeSpan ? null : timeout;
        }

        if (options.TryGetValue(MeshRequestOptions.Retry, out bool retry))
        {
            _mayRetry = retry;
        }

        if (options.TryGetValue(MeshRequestOptions.HashKey, out string? key) && key is not null)
        {
            _hashKey = StableHash.Of(key);
        }

        _cluster = Narrow(_cluster);
    }

    /// <summary>The call's time begins.</summary>
    public void Start()
    {
        StartTime();
        RememberRequest();
        Destination.Budget.RecordCall(_started);
        StartTelemetry();
    }

    /// <summary>Takes one of the destination's places, if it is known and one is free.</summary>
    public bool TryEnter() => _hasEntered = Destination.IsDecided && Destination.Limiter.TryAcquire();

    /// <summary>Too many wait already.</summary>
    public AttemptResult Refuse()
    {
        CountOverflow();
        return new AttemptResult { Outcome = Outcomes.Overflow };
    }

    /// <summary>Waits until the sources have told of the destination, and for a place. False: too many wait already.</summary>
    public async ValueTask<bool> EnterAsync()
    {
        Deadline?.StartWaiting();
        await Destination.WhenDecided(IsAsync, Token).ConfigureAwait(false);
        Task<bool> place = Destination.Limiter.AcquireAsync(Token).AsTask();
        _hasEntered = IsAsync ? await place.ConfigureAwait(false) : place.GetAwaiter().GetResult();

        // The wait is the call's, and no endpoint's.
        Token.ThrowIfCancellationRequested();
        _attemptStarted = _runtime.Clock.Now;
        return _hasEntered;
    }

    /// <summary>The connection was handed over, for as long as both sides want: from here on nothing but the caller ends the call.</summary>
    public void StopTime() => EndTime(isHeard: true);

    /// <summary>Whose fault it is that the route's time is over: the attempt's that had at least half of it, or nobody's.</summary>
    public Outcome OutcomeOfTimeout() =>
        _runtime.Clock.Between(_attemptStarted, _runtime.Clock.Now) * 2 >= Timeout ? Outcomes.Timeout : Outcomes.TimeoutElsewhere;

    /// <summary>Tells the caller's cancellation, the end of the time, and failures apart.</summary>
    public AttemptResult Classify(Exception exception) => new()
    {
        Exception = exception,
        Outcome = _caller.IsCancellationRequested ? Outcomes.Cancelled
            : Deadline is { TotalIsOver: true } ? OutcomeOfTimeout()
            : Deadline is { AttemptIsOver: true } ? Outcomes.AttemptTimeout
            : ReplayableContent.Of(Request) is { HasFailed: true } ? Outcomes.Unsendable
            : Outcomes.OfException(exception),
    };

    /// <summary>Hands the result to the caller: an answer, whose body ends the call, or the exception that tells why there is none.</summary>
    public HttpResponseMessage Complete(in AttemptResult result)
    {
        ReplayableContent.Restore(Request);
        EmptyContent.Restore(Request);
        RestoreRequest();
        UndoEdits();
        if (result.Response is { } response)
        {
            _losing = null;
            Route.Filters?.ResponseHeaders?.Apply(response);
            if (_attempts == 0 || (IsGrpc && GrpcProtocol.IsTrailersOnly(response)) || !MeshContent.TryWrap(response, this, result.Outcome))
            {
                Finish(result.Outcome);
            }

            return response;
        }

        CallFailure failure = Describe(result);
        Finish(result.Outcome);
        return failure.AnswerOrThrow();
    }

    /// <summary>
    /// Ends the call: gives back what it holds and passes on what it learnt. The object belongs to another call afterwards.
    /// </summary>
    /// <param name="outcome">What the call has come to.</param>
    /// <param name="isHeard">True: something may still listen to its token.</param>
    public void Finish(Outcome outcome, bool isHeard = false)
    {
        IsOver = true;
        try
        {
            CloseAttempt(outcome);
            EndTelemetry(outcome);
        }
        finally
        {
            // Whatever listens to metrics and spans may fail; places are given back all the same.
            DropLosingAnswer();
            ReleaseBudget();
            LeaveDestination();
            EndTime(isHeard || Request.Content is not null);
            Forget();
            pool.Return(this);
        }
    }

    private void StartTime()
    {
        _started = _attemptStarted = _runtime.Clock.Now;
        if (Timeout is not null || Route.Retry.Settings.PerTryTimeout is not null)
        {
            _deadline ??= new Deadline(_runtime.Time);
            _deadline.Start(_started, Timeout, _caller);
            _isTimed = true;
        }
    }

    private void LeaveDestination()
    {
        if (_hasEntered)
        {
            _hasEntered = false;
            Destination.Limiter.Release();
        }
    }

    private void EndTime(bool isHeard)
    {
        if (_isTimed)
        {
            _isTimed = false;
            if (!_deadline!.Stop(isHeard))
            {
                DropTime();
            }
        }
    }

    private void DropTime()
    {
        _deadline?.Dispose();
        _deadline = null;
    }

    private void Forget()
    {
        ForgetAttempts();
        ForgetTelemetry();
        _isMirrored = false;
        _edits = null;
        _service = null!;
        _cluster = null!;
        _caller = default;
        Route = null!;
        Request = null!;
        Redirects = null;
        Committed = Outcomes.Success;
    }

    private CallFailure Describe(in AttemptResult result) => new()
    {
        Result = result,
        Request = Request,
        IsGrpc = IsGrpc,
        Service = _service.Name,
        Destination = Destination.Name,
        Subset = _cluster.Subset,
        Trouble = Destination.Answer.Trouble ?? _cluster.WrongProtocol(SecureSchemes.Contain(Request.RequestUri!.Scheme), Request),
        Route = Route.Name,
        Endpoint = _endpoint?.Description.Address,
        Attempts = _attempts,
        Limit = result.Outcome == Outcomes.AttemptTimeout ? Route.Retry.Settings.PerTryTimeout : Timeout,
        Caller = _caller,
        Breaker = Destination.Rules.Settings.CircuitBreaker,
    };
}
