using System.Net;
using System.Net.Http.Json;

namespace Mesh.Client.Calls;

/// <summary>
/// A request body that is kept while it is sent for the first time, up to a limit, so that it can be sent again, or be given to copies of
/// the request; and that knows whether it was to blame when sending failed. Nothing is delayed: a stream that never ends passes through.
/// </summary>
internal sealed class ReplayableContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly int _limit;
    private volatile State _state;
    private ReadOnlyMemory<byte> _kept;
    private MirrorCopies? _copies;

    private ReplayableContent(HttpContent content, int limit)
    {
        _content = content;
        _limit = limit;
        ReplaysItself = IsReplayable(content);
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in content.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    private enum State
    {
        /// <summary>Not sent yet: the first send may still happen.</summary>
        Untouched,

        /// <summary>Being sent, broken off, or longer than the limit.</summary>
        Spent,

        /// <summary>Sent and kept whole.</summary>
        Kept,
    }

    /// <summary>The caller's own content.</summary>
    public HttpContent Inner => _content;

    /// <summary>It is here for the sake of copies alone.</summary>
    public bool ReplaysItself { get; }

    /// <summary>It was not sent yet, was kept whole, or need not be kept.</summary>
    public bool CanBeSent => ReplaysItself || _state != State.Spent;

    /// <summary>The caller's content could not be read, or is not as long as it says.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>
    /// Makes a request's body replayable, unless it is by itself. The caller's content is back with <see cref="Restore"/>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The longest body, in bytes, that is kept; 0: none is.</param>
    public static void Prepare(HttpRequestMessage request, int limit)
    {
        if (request.Content is { } content && !IsReplayable(content))
        {
            request.Content = new ReplayableContent(content, limit);
        }
    }

    /// <summary>Gives the body of a request to its copies, once it was sent whole.</summary>
    public static void Share(HttpRequestMessage request, MirrorCopies copies)
    {
        ReplayableContent content = request.Content as ReplayableContent ?? new ReplayableContent(request.Content!, limit: 0);
        if (content._state == State.Kept)
        {
            // For a redirect that led here.
            copies.Send(content._kept);
        }
        else
        {
            content._copies = copies;
            request.Content = content;
        }
    }

    public static void Restore(HttpRequestMessage request)
    {
        if (request.Content is ReplayableContent replayable)
        {
            request.Content = replayable.Inner;
        }
    }

    /// <summary>Whether the request's body can be sent once more.</summary>
    public static bool CanReplay(HttpRequestMessage request) => request.Content is not ReplayableContent { CanBeSent: false };

    // These write the same bytes each time, and a body that was kept for a redirect is kept already. gRPC's unary content serializes its message anew; its type is internal.
    private static bool IsReplayable(HttpContent content) =>
        content is ByteArrayContent or ReadOnlyMemoryContent or JsonContent or ReplayableContent
        || content.GetType().Name.StartsWith("PushUnaryContent", StringComparison.Ordinal);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_state == State.Kept)
        {
            await stream.WriteAsync(_kept, cancellationToken).ConfigureAwait(false);
            return;
        }

        _state = State.Spent;
        MirrorCopies? copies = Interlocked.Exchange(ref _copies, null);
        KeepingStream keeping = new(stream, Math.Max(_limit, copies?.MaxBodyBytes ?? 0));
        await using (keeping.ConfigureAwait(false))
        {
            try
            {
                await _content.CopyToAsync(keeping, context, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                Blame(keeping, cancellationToken);
                copies?.Drop(MirrorCopies.BodyBroken);
                throw;
            }

            Keep(keeping, copies);
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_state == State.Kept)
        {
            stream.Write(_kept.Span);
            return;
        }

        _state = State.Spent;
        MirrorCopies? copies = Interlocked.Exchange(ref _copies, null);
        using KeepingStream keeping = new(stream, Math.Max(_limit, copies?.MaxBodyBytes ?? 0));
        try
        {
            _content.CopyTo(keeping, context, cancellationToken);
        }
        catch
        {
            Blame(keeping, cancellationToken);
            copies?.Drop(MirrorCopies.BodyBroken);
            throw;
        }

        Keep(keeping, copies);
    }

    protected override bool TryComputeLength(out long length)
    {
        long? known = _content.Headers.ContentLength;
        length = known ?? 0;
        return known is not null;
    }

    // Who is cancelled, or cannot write on, is not to blame; who writes more than announced is, whoever noticed.
    private void Blame(KeepingStream keeping, CancellationToken cancellationToken) =>
        HasFailed = (!keeping.HasFailed && !cancellationToken.IsCancellationRequested) || keeping.Count > _content.Headers.ContentLength;

    // The caller's content is the caller's to dispose.
    private void Keep(KeepingStream keeping, MirrorCopies? copies)
    {
        HasFailed = _content.Headers.ContentLength is { } length && length != keeping.Count;
        if (keeping.Kept is not { } kept)
        {
            copies?.Drop(MirrorCopies.BodyTooLong);
            return;
        }

        // What replays itself may be read by two attempts at a time, of which one was given up: each reads for itself.
        if (kept.Length <= _limit && !ReplaysItself)
        {
            _kept = kept;
            _state = State.Kept;
        }

        if (HasFailed)
        {
            copies?.Drop(MirrorCopies.BodyBroken);
        }
        else
        {
            copies?.Send(kept);
        }
    }
}
