using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using Mesh.Client.Resilience;

namespace Mesh.Client.Calls;

/// <summary>
/// The body of an answer. It passes through; its end, or its disposal, ends the call, so that a call counts as in flight until then,
/// and the route's time covers it.
/// </summary>
internal sealed class MeshContent : HttpContent, IDeadlineWatcher
{
    // What HttpClient buffers an answer in is made there, and fails by its own limit alone.
    private static readonly Assembly s_http = typeof(HttpContent).Assembly;

    private readonly HttpResponseMessage _response;
    private readonly HttpContent _content;
    private readonly bool _isHandedOver;
    private readonly bool _isGrpc;
    private readonly CancellationToken _caller;
    private readonly CancellationToken _token;
    private readonly IdleWatch? _idle;
    private Call? _call;
    private bool _isLinked;

    private MeshContent(HttpResponseMessage response, Call call, bool isHandedOver)
    {
        _response = response;
        _content = response.Content;
        _isHandedOver = isHandedOver;
        _call = call;

        // A proxy on the way may answer a gRPC call with an error of its own, which has no trailers.
        _isGrpc = call.IsGrpc && response.StatusCode == HttpStatusCode.OK;
        HasDeadline = call is { Timeout: not null, Deadline: not null };
        _caller = call.Caller;
        _token = call.Token;
        _idle = call.Route.IdleTimeout is { } limit ? new IdleWatch(limit, call.Time) : null;
    }

    /// <summary>Whether the route limits the time that reading may take.</summary>
    public bool HasDeadline { get; }

    /// <summary>Whether a read can end before the endpoint ends it.</summary>
    public bool HasLimit => HasDeadline || _idle is not null;

    /// <summary>True once the route's time is over; reads fail from then on.</summary>
    public bool IsTimeOver { get; private set; }

    /// <summary>Whether a read waits for the endpoint. Otherwise the time that passes is the reader's.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Limits how long the body may pause; null: nothing does.</summary>
    public IdleWatch? Idle => _idle;

    /// <summary>
    /// Puts itself around the answer's body, and the call is its own from then on. False: there is no body to wait for. A connection that
    /// was handed over, as web sockets ask for, is one.
    /// </summary>
    public static bool TryWrap(HttpResponseMessage response, Call call, Outcome outcome)
    {
        if (response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified || call.Request.Method == HttpMethod.Head)
        {
            return false;
        }

        bool isHandedOver = IsHandedOver(response, call.Request);
        if (isHandedOver)
        {
            // A conversation lasts as long as both sides want; its pauses may be limited.
            call.StopTime();
        }

        MeshContent content = new(response, call, isHandedOver);
        if (!content.TryCopyHeaders())
        {
            return false;
        }

        call.Committed = content._isGrpc ? Outcomes.Cancelled : outcome;
        response.Content = content;
        if (content.HasDeadline)
        {
            call.Deadline!.Watch(content);
        }

        return true;
    }

    /// <summary>The token for a read: cancelled by the reader, and by the route's time where it has one.</summary>
    /// <param name="reader">The reader's token.</param>
    /// <param name="link">What links both where neither will do. Kept for the next read of the same reader; disposed after the last one.</param>
    public CancellationToken TokenFor(CancellationToken reader, ref ReadLink? link)
    {
        if (!HasLimit)
        {
            return reader;
        }

        if (Volatile.Read(ref _call) is null)
        {
            // The call is over, and its token serves another by now. Reads go on to fail where its time was the reason.
            return HasRunOut ? new CancellationToken(canceled: true) : reader;
        }

        // The call's own token follows its caller already, who is as a rule the one that reads.
        if (_idle is null && (reader == _caller || !reader.CanBeCanceled))
        {
            return _token;
        }

        if (link is null || link.Reader != reader)
        {
            _isLinked = true;
            link?.Dispose();
            link = new ReadLink(reader, _token, _idle?.Token ?? default);
        }

        return link.Token;
    }

    /// <summary>The body was read to its end.</summary>
    public void End() => Finish(_isGrpc ? OutcomeOfTrailers() : null);

    /// <summary>The reader wants no more. An answer that is dropped half read is no fault of the endpoint's.</summary>
    public void Drop() => Finish(_caller.IsCancellationRequested ? Outcomes.Cancelled : null, IsWaiting);

    /// <summary>A read failed. Returns what the reader is to be told.</summary>
    public Exception Break(Exception exception, CancellationToken reader)
    {
        if (IsTimeOver)
        {
            return CallFailure.TimedOut("The answer's body took longer than the route's Timeout allows.", exception);
        }

        if (_idle is { IsOver: true } && exception is OperationCanceledException)
        {
            Finish(_isHandedOver ? Outcomes.IdleConversation : Outcomes.IdleTimeout);
            return CallFailure.TimedOut("The answer's body paused longer than the route's IdleTimeout allows.", exception);
        }

        if (_caller.IsCancellationRequested || reader.IsCancellationRequested)
        {
            Finish(Outcomes.Cancelled);
            return CallFailure.Cancelled(exception, reader.IsCancellationRequested ? reader : _caller);
        }

        if (exception is IOException or HttpRequestException { InnerException: IOException })
        {
            Finish(Outcomes.BodyBroken);
        }
        else
        {
            // It came from where the body was to go, such as a buffer with a limit.
            Drop();
        }

        return exception;
    }

    /// <summary>gRPC tells of a deadline by its trailers. True: they are in place, and the body is to end.</summary>
    public bool EndWithTrailers()
    {
        if (!_isGrpc || !HasRunOut)
        {
            return false;
        }

        if (!_response.TrailingHeaders.NonValidated.Contains(GrpcProtocol.Status))
        {
            MeshAnswers.AddGrpcStatus(_response.TrailingHeaders, GrpcProtocol.DeadlineExceeded, "http_response_timeout", $"The route's {(IsTimeOver ? "Timeout" : "IdleTimeout")} is over.");
        }

        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_idle is not null)
        {
            // Between two reads one can tell whether anything came.
            await using Stream body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
            await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
            return;
        }

        ReadLink? link = null;
        WatchedStream? watched = stream.GetType().Assembly == s_http ? null : new WatchedStream(stream);
        IsWaiting = true;
        try
        {
            await _content.CopyToAsync(watched ?? stream, context, TokenFor(cancellationToken, ref link)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (watched is { HasFailed: true } && !IsTimeOver)
            {
                Drop();
                throw;
            }

            Exception told = Break(exception, cancellationToken);
            if (told == exception)
            {
                throw;
            }

            throw told;
        }
        finally
        {
            link?.Dispose();
        }

        End();
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using Stream body = CreateContentReadStream(cancellationToken);
        body.CopyTo(stream);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        Task<Stream> body = _content.ReadAsStreamAsync(cancellationToken);
        return body.IsCompletedSuccessfully ? Task.FromResult<Stream>(Open(body.Result)) : OpenAsync(body);
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        Open(_content.ReadAsStream(cancellationToken));

    protected override bool TryComputeLength(out long length)
    {
        long? known = _content.Headers.ContentLength;
        length = known ?? 0;
        return known is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // A read that waits fails of this, which is no fault of the endpoint's.
            Drop();
            _content.Dispose();
            _idle?.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool HasRunOut => IsTimeOver || _idle is { IsOver: true };

    private static bool IsHandedOver(HttpResponseMessage response, HttpRequestMessage request) =>
        response.StatusCode == HttpStatusCode.SwitchingProtocols || (request.Method == HttpMethod.Connect && response.IsSuccessStatusCode);

    // Looks at the length as it came: to ask for it would compute it, and write it into the headers. Of a conversation it says nothing.
    private bool TryCopyHeaders()
    {
        foreach ((string name, HeaderStringValues values) in _content.Headers.NonValidated)
        {
            if (values.Count != 1)
            {
                Headers.TryAddWithoutValidation(name, values);
                continue;
            }

            string value = values.ToString();
            if (value == "0" && !_isHandedOver && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            Headers.TryAddWithoutValidation(name, value);
        }

        return true;
    }

    private MeshBodyStream Open(Stream body) => new(this, body);

    private async Task<Stream> OpenAsync(Task<Stream> body) => Open(await body.ConfigureAwait(false));

    // A read that is under way is cancelled by the token after this.
    void IDeadlineWatcher.OnTimeOver()
    {
        IsTimeOver = true;
        if (Interlocked.Exchange(ref _call, null) is { } call)
        {
            // A copy is given up where its caller might have read on for hours.
            call.Finish(IsWaiting && !call.Route.IsForCopies ? call.OutcomeOfTimeout() : Outcomes.TimeoutElsewhere, _isLinked);
        }
    }

    /// <param name="outcome">Null: what the answer's headers told of.</param>
    /// <param name="isHeard">True: a read may still listen to the call's token.</param>
    private void Finish(Outcome? outcome, bool isHeard = false)
    {
        // Nearly always it is over when the content is disposed: reading is cheaper than exchanging.
        if (Volatile.Read(ref _call) is not null && Interlocked.Exchange(ref _call, null) is { } call)
        {
            call.Finish(outcome ?? call.Committed, _isLinked || isHeard);
        }
    }

    private Outcome OutcomeOfTrailers() => GrpcProtocol.ReadStatus(_response.TrailingHeaders) is { } status
        ? Outcomes.OfGrpcStatus(status)
        : Outcomes.BodyBroken;
}
