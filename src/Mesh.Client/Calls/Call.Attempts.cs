using System.Net.Sockets;
using Mesh.Client.Resilience;
using Mesh.Client.Runtime;
using Mesh.Client.Transport;

namespace Mesh.Client.Calls;

/// <content>The attempts of a call, one after the other.</content>
internal sealed partial class Call
{
    private const string TraceParent = "traceparent";

    // A server that asks for a longer wait than this gets it from the caller, not from a call that sits and waits.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);

    // As often as the runtime's handler sends a request without a body again.
    private const int MostResends = 3;

    // Retry:Attempts is at most 10. And one that is to be avoided.
    private readonly Endpoint[] _tried = new Endpoint[12 + MostRefusals];
    private Endpoint? _endpoint;
    private EndpointTransport? _transport;
    private HttpResponseMessage? _losing;
    private Version _version = null!;
    private HttpVersionPolicy _versionPolicy;
    private long _attemptStarted;
    private TimeSpan _attemptTime;
    private int _attempts;
    private bool _isAttempting;
    private bool _isProbe;
    private bool _wasWell;
    private bool _holdsBudget;
    private bool _hadTraceParent;
    private Sending? _sending;
    private int _resends;

    // Whose connection ended under the call over HTTP/2, with all that it had: it may be about to end itself.
    private Endpoint? _closed;

    // What the caller wrote, where the endpoint takes nothing but TLS.
    private Uri? _plainUri;

    // What the request says of it; null: nothing, the rules do.
    private bool? _mayRetry;
    private ulong? _hashKey;

    /// <summary>What an attempt comes to for which there is no endpoint.</summary>
    public static AttemptResult NoEndpoint { get; } = new() { Outcome = Outcomes.NoEndpoints };

    /// <summary>Picks an endpoint for the next attempt. False: there is none.</summary>
    public bool BeginAttempt()
    {
        DropLosingAnswer();
        if (_attempts > 0)
        {
            // The time may have run out while waiting. No endpoint is to blame for that.
            Token.ThrowIfCancellationRequested();
            _attemptStarted = _runtime.Clock.Now;
            RestoreRequest();
        }

        SchemeChoice.Make(Request, _cluster);
        bool isHttps = SecureSchemes.Contain(Request.RequestUri!.Scheme);
        _tried[_attempts] = _closed!;
        ReadOnlySpan<Endpoint> tried = _tried.AsSpan(0, _closed is null ? _attempts : _attempts + 1);
        Endpoint? picked = _hashKey is { } key
            ? _cluster.PickFor(key, isHttps, Request, _attemptStarted, tried, out _isProbe)
            : _cluster.Pick(isHttps, Request, _attemptStarted, tried, out _isProbe);
        if (picked is null && TryReroute())
        {
            return BeginAttempt();
        }

        if (_refused is { } refused && (picked is null || !GoElsewhere(picked, refused)))
        {
            return false;
        }

        _endpoint = picked;
        if (_endpoint is null)
        {
            return false;
        }

        _tried[_attempts++] = _endpoint;
        _transport = _endpoint.Transport;
        _isAttempting = true;
        _endpoint.Enter();

        // Of what is sent again, what counts is how its endpoint was when it went out: by now others have learned that it is gone.
        _wasWell = _resends > 0 ? _wasWell : RequestProtocols.AreHttp2(Request) && _endpoint.Latency.HasSample && _endpoint.Ejection.ConsecutiveFailures == 0;
        Deadline?.StartAttempt(_attemptStarted, Route.Retry.Settings.PerTryTimeout);
        return true;
    }

    /// <summary>Sends the request to the endpoint. On the calling thread where the caller waits on that.</summary>
    public Task<HttpResponseMessage> SendAsync()
    {
        if (Route.Mirrors is not null)
        {
            Mirror();
        }

        if (_transport!.IsSecure)
        {
            Secure();
        }

        // That of a request before this one, or around it, is none of this one's.
        _sending = Request.Content is not null && !RequestProtocols.AreHttp2(Request) ? new Sending(MayRepeat) : null;
        Sending.Current = _sending;

        return IsAsync ? _transport.SendAsync(Request, Token) : Task.FromResult(_transport.Send(Request, Token));
    }

    /// <summary>Classifies an attempt's answer, and decides whether it asks for another attempt.</summary>
    public AttemptResult EndAttempt(HttpResponseMessage response)
    {
        RestoreUri();
        Deadline?.EndAttempt();
        ReleaseBudget();
        long now = _runtime.Clock.Now;
        _attemptTime = _runtime.Clock.Between(_attemptStarted, now);
        Outcome outcome = OutcomeOf(response);
        Heed(response, now);
        if (_isProbe)
        {
            // A probe that got an answer has done its work, however long the answer's body goes on.
            _isProbe = false;
            Destination.Outliers.EndProbe(_endpoint!, outcome, _attemptTime, now);
        }

        if (outcome.Kind == OutcomeKind.Success)
        {
            _endpoint!.Latency.Observe(_attemptTime, now, Destination.Decay, Destination.ColdStart.Covers(_attemptStarted, now));
        }

        // Retry:StatusCodes may name an answer that is no failure.
        if (outcome.Kind == OutcomeKind.Success && !Route.Retry.Covers(outcome))
        {
            return new AttemptResult { Response = response, Outcome = outcome };
        }

        RetryHint hint = RetryHint.Read(response, _runtime.Time);
        if (outcome.IsPenalized)
        {
            _endpoint!.Latency.ObserveFailure(now, Destination.Decay, hint.Wait ?? TimeSpan.Zero);
        }

        TimeSpan? retryAfter = RetryDelay(outcome, hint, now);
        if (retryAfter is not null)
        {
            _losing = response;
            CloseAttempt(outcome);
        }

        return new AttemptResult { Response = response, Outcome = outcome, RetryAfter = retryAfter };
    }

    // An answer to what was sent before the endpoint said that it is about to stop does not say that it stays.
    private void Heed(HttpResponseMessage response, long now)
    {
        if (Departures.TakeFrom(response))
        {
            Destination.Departures.Begin(_endpoint!, now);
        }
        else if (_endpoint!.LeavingSince < _attemptStarted)
        {
            Destination.Departures.End(_endpoint);
        }
    }

    /// <summary>Classifies an attempt that has no answer, and decides whether it asks for another.</summary>
    public AttemptResult EndAttempt(Exception exception)
    {
        RestoreUri();
        if (_transport!.IsDisposed && EndpointTransport.WasNotSent(exception))
        {
            AbandonAttempt();
            return new AttemptResult { Outcome = Outcomes.NotSent };
        }

        AttemptResult result = Classify(exception);
        if (result.Outcome == Outcomes.Reset && MayResend(exception))
        {
            _closed = RequestProtocols.AreHttp2(Request) ? _endpoint : null;
            AbandonAttempt();
            return new AttemptResult { Outcome = Outcomes.NotSent };
        }

        Deadline?.EndAttempt();
        long now = _runtime.Clock.Now;
        _attemptTime = _runtime.Clock.Between(_attemptStarted, now);
        if (MayGoElsewhere(result.Outcome, exception))
        {
            CloseAttempt(result.Outcome);
            _refused = result;
            return new AttemptResult { Outcome = Outcomes.NotSent };
        }

        ReleaseBudget();
        if (result.Outcome is { Kind: OutcomeKind.Timeout or OutcomeKind.Cancelled, IsPenalized: false })
        {
            // It would have taken longer than this: a lower bound.
            _endpoint!.Latency.ObserveAtLeast(_attemptTime, now, Destination.Decay);
        }

        CloseAttempt(result.Outcome);
        return result with { RetryAfter = RetryDelay(result.Outcome, default, now) };
    }

    // The connection was closed as the request went out, as servers do with connections that were idle for long. That says nothing of the
    // endpoint, and is no reason to spend a retry: what was not written goes out again, and what may be repeated, as the runtime's handler
    // does it with requests that have no body. Of all that a process had over HTTP/2 when it was killed the budget would let some go on.
    private bool MayResend(Exception exception) =>
        ReplayableContent.CanReplay(Request)
        && (NotWrittenException.IsCauseOf(exception)
            || (WasOnUsedConnection && MayRepeat && IsClosed(exception) && _mayRetry is not false && _resends++ < MostResends));

    // Over HTTP/2 nobody tells which connection it was. Where an endpoint has answered, and nothing has failed there since, it is as good as used.
    private bool WasOnUsedConnection => RequestProtocols.AreHttp2(Request) ? _wasWell : _sending is { IsOnUsedConnection: true };

    // Not where an answer came that is none, nor where the server has ended the call, or the connection, by a word over HTTP/2. A connection that
    // ended before the server said anything is an answer of that kind by its name alone.
    private static bool IsClosed(Exception exception) =>
        exception is HttpRequestException
        {
            HttpRequestError: not (HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded), InnerException: (IOException and not HttpProtocolException) or SocketException,
        }
        or HttpRequestException { InnerException: HttpIOException { InnerException: HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } } };

    private bool MayRepeat => _mayRetry is true || Route.Retry.Settings.NonIdempotent || Idempotency.IsIdempotent(Request);

    // The endpoint, or its transport, was gone before anything was sent: the attempt does not count.
    private void AbandonAttempt()
    {
        Deadline?.EndAttempt();
        _isAttempting = false;
        _attemptStarted = _runtime.Clock.Now;
        _tried[--_attempts] = null!;
        _endpoint!.Leave();
        if (_isProbe)
        {
            _endpoint.Ejection.OnProbeAbandoned();
        }

        RestoreRequest();
    }

    // Headers without a gRPC status commit the call: what it comes to will stand in the trailers.
    private Outcome OutcomeOf(HttpResponseMessage response)
    {
        Outcome outcome = Outcomes.OfStatus(response.StatusCode);
        return IsGrpc && outcome.Kind == OutcomeKind.Success && GrpcProtocol.ReadStatus(response.Headers) is { } status
            ? Outcomes.OfGrpcStatus(status)
            : outcome;
    }

    /// <returns>How long to wait before the next attempt; null: there is none.</returns>
    private TimeSpan? RetryDelay(Outcome outcome, RetryHint hint, long now)
    {
        RetryPolicy policy = Route.Retry;
        if (_mayRetry is false
            || _attempts - _refusals > policy.Settings.Attempts
            || !policy.Covers(outcome)
            || hint.IsForbidden
            || !(outcome.NotProcessed || MayRepeat)
            || !ReplayableContent.CanReplay(Request))
        {
            return null;
        }

        TimeSpan wait = hint.Wait ?? policy.Backoff(_attempts - _refusals);
        if (wait > (Deadline?.Remaining(now) ?? s_longestWait))
        {
            return null;
        }

        _holdsBudget = Destination.Budget.TryAcquire(now, Destination.Limiter.Active);
        CountRetry(outcome);
        return _holdsBudget ? wait : null;
    }

    /// <summary>Ends the attempt that is under way, if one is, and passes on what it showed of the endpoint.</summary>
    private void CloseAttempt(Outcome outcome)
    {
        if (!_isAttempting)
        {
            return;
        }

        _isAttempting = false;
        Endpoint endpoint = _endpoint!;
        endpoint.Leave();
        if (outcome.Kind == OutcomeKind.Success && !_isProbe)
        {
            endpoint.Ejection.OnSuccess();
        }
        else
        {
            Learn(endpoint, outcome);
        }

        RecordAttempt(outcome);
    }

    private void Learn(Endpoint endpoint, Outcome outcome)
    {
        long now = _runtime.Clock.Now;
        if (outcome.IsPenalized)
        {
            endpoint.Latency.ObserveFailure(now, Destination.Decay);
        }

        if (_isProbe)
        {
            _isProbe = false;
            Destination.Outliers.EndProbe(endpoint, outcome, _attemptTime, now);
        }
        else
        {
            Destination.Outliers.Report(endpoint, outcome, now);
        }
    }

    private void RememberRequest()
    {
        EmptyContent.Prepare(Request);
        _version = Request.Version;
        _versionPolicy = Request.VersionPolicy;
        _hadTraceParent = Request.Headers.NonValidated.Contains(TraceParent);
        ReplayableContent.Prepare(Request, Route.Retry.Settings.Attempts > 0 ? Route.Retry.Settings.MaxBodyBytes : 0);
    }

    // A request that was sent keeps what that send left on it: the trace header of its span, and the version that the connection pool
    // agreed on. Neither belongs to the next attempt, nor to a caller that sends it once more.
    private void RestoreRequest()
    {
        Request.Version = _version;
        Request.VersionPolicy = _versionPolicy;
        if (!_hadTraceParent)
        {
            // Trace state and baggage are the same for each attempt, and may be the caller's own.
            Request.Headers.Remove(TraceParent);
        }
    }

    // Servers refuse requests over HTTP/2 that name a scheme other than their connection's.
    private void Secure()
    {
        if (Request.RequestUri is { Scheme: "http" or "ws" } uri)
        {
            _plainUri = uri;
            Request.RequestUri = SecureSchemes.Of(uri);
        }
    }

    private void RestoreUri()
    {
        if (_plainUri is not null)
        {
            Request.RequestUri = _plainUri;
            _plainUri = null;
        }
    }

    private void DropLosingAnswer()
    {
        _losing?.Dispose();
        _losing = null;
    }

    private void ReleaseBudget()
    {
        if (_holdsBudget)
        {
            _holdsBudget = false;
            Destination.Budget.Release();
        }
    }

    private void ForgetAttempts()
    {
        _tried.AsSpan(0, _attempts + 1).Clear();
        _attempts = 0;
        _endpoint = null;
        _mayRetry = null;
        _hashKey = null;
        _plainUri = null;
        _transport = null;
        _sending = null;
        _resends = 0;
        _closed = null;
        _refused = null;
        _refusals = 0;
    }
}
