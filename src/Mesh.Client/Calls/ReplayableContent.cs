using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Mesh.Client.Transport;

namespace Mesh.Client.Calls;

/// <summary>
/// A request body that is kept while it is sent for the first time, up to a limit, so that it can be sent again, or be given to copies of
/// the request; and that knows whether it was to blame when sending failed. Nothing is delayed: a stream that never ends passes through.
/// </summary>
/// <remarks>
/// Over HTTP/2 the runtime's handler hands an answer over while the body is still being sent, unless the body is one of a few types of its
/// own, which only what derives from them can be: then it waits, as callers who dispose of an answer rely on. Bytes are such a type; for a
/// body of any other the request gets a <see cref="DuplexContent"/> around this.
/// </remarks>
internal sealed class ReplayableContent : ByteArrayContent
{
    private readonly HttpContent _content;
    private readonly int _limit;
    private volatile State _state;
    private ReadOnlyMemory<byte> _kept;
    private MirrorCopies? _copies;

    private ReplayableContent(HttpContent content, int limit)
        : base([])
    {
        _content = content;
        _limit = limit;
        ReplaysItself = IsReplayable(content);
        Body = IsSentFirst(content) ? this : new DuplexContent(this);
        foreach ((string name, HeaderStringValues values) in content.Headers.NonValidated)
        {
            Body.Headers.TryAddWithoutValidation(name, values);
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

    /// <summary>What the request has for its body.</summary>
    public HttpContent Body { get; }

    /// <summary>How many bytes the caller's content has; null: nobody knows.</summary>
    public long? Length => _content.Headers.ContentLength;

    /// <summary>It is here for the sake of copies alone.</summary>
    public bool ReplaysItself { get; }

    /// <summary>It was not sent yet, was kept whole, or need not be kept.</summary>
    public bool CanBeSent => ReplaysItself || _state != State.Spent;

    /// <summary>The caller's content could not be read, or is not as long as it says.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>That of a request; null where its body is the caller's own content.</summary>
    public static ReplayableContent? Of(HttpRequestMessage request) => request.Content switch
    {
        ReplayableContent own => own,
        DuplexContent duplex => duplex.Body,
        _ => null,
    };

    /// <summary>
    /// Makes a request's body replayable, unless it is by itself. The caller's content is back with <see cref="Restore"/>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The longest body, in bytes, that is kept; 0: none is.</param>
    public static void Prepare(HttpRequestMessage request, int limit)
    {
        if (request.Content is { } content && !IsReplayable(content))
        {
            request.Content = new ReplayableContent(content, limit).Body;
        }
    }

    /// <summary>Gives the body of a request to its copies, once it was sent whole.</summary>
    public static void Share(HttpRequestMessage request, MirrorCopies copies)
    {
        ReplayableContent content = Of(request) ?? new ReplayableContent(request.Content!, limit: 0);
        if (content._state == State.Kept)
        {
            // For a redirect that led here.
            copies.Send(content._kept);
        }
        else
        {
            content._copies = copies;
            request.Content = content.Body;
        }
    }

    public static void Restore(HttpRequestMessage request)
    {
        if (Of(request) is { } replayable)
        {
            // For copies that still wait there will be nothing to send.
            Interlocked.Exchange(ref replayable._copies, null)?.Drop(MirrorCopies.NotSent);
            request.Content = replayable._content;
        }
    }

    /// <summary>Whether the request's body can be sent once more.</summary>
    public static bool CanReplay(HttpRequestMessage request) => Of(request) is not { CanBeSent: false };

    // These write the same bytes each time, and a body that was kept for a redirect is kept already. gRPC's unary content serializes its message anew; its type is internal.
    private static bool IsReplayable(HttpContent content) =>
        content is ByteArrayContent or ReadOnlyMemoryContent or JsonContent or DuplexContent
        || content.GetType().Name.StartsWith("PushUnaryContent", StringComparison.Ordinal);

    // The types, and what derives from them, after whose last byte alone an answer is handed over.
    private static bool IsSentFirst(HttpContent content) =>
        content is ByteArrayContent or ReadOnlyMemoryContent or StreamContent or MultipartContent;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_state == State.Kept)
        {
            await stream.WriteAsync(_kept, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (Sending.Current is not null)
        {
            // The head goes first: on a connection that is gone it fails here, while the caller's content is untouched.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
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

        if (Sending.Current is not null)
        {
            stream.Flush();
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

    // That of the bytes which this is by its type would be empty.
    protected override async Task<Stream> CreateContentReadStreamAsync()
    {
        MemoryStream body = new();
        await SerializeToStreamAsync(body, context: null).ConfigureAwait(false);
        body.Position = 0;
        return body;
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        MemoryStream body = new();
        SerializeToStream(body, context: null, cancellationToken);
        body.Position = 0;
        return body;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Length ?? 0;
        return Length is not null;
    }

    // Who is cancelled, or cannot write on, is not to blame; who writes more than announced is, whoever noticed.
    private void Blame(KeepingStream keeping, CancellationToken cancellationToken) =>
        HasFailed = (!keeping.HasFailed && !cancellationToken.IsCancellationRequested) || keeping.Count > Length;

    // The caller's content is the caller's to dispose.
    private void Keep(KeepingStream keeping, MirrorCopies? copies)
    {
        HasFailed = Length is { } length && length != keeping.Count;
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
