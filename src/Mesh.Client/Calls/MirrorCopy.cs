using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using Mesh.Client.Runtime;

namespace Mesh.Client.Calls;

/// <summary>
/// One copy of a request: a message of its own, sent in the background by a call of its own, whose answer is dropped. It has a place of its
/// mirror's from the beginning, for it may keep a body, and gives it back when it was sent or dropped.
/// </summary>
internal sealed class MirrorCopy : IThreadPoolWorkItem
{
    // A longer answer is not worth its transfer.
    private const int LongestAnswer = 65536;

    private readonly CallPool _calls;
    private readonly Mirror _mirror;
    private readonly HttpRequestMessage _request;
    private readonly KeyValuePair<string, HeaderStringValues>[] _contentHeaders;
    private readonly bool _isGrpc;
    private readonly Activity? _origin = Activity.Current;

    public MirrorCopy(CallPool calls, Mirror mirror, HttpRequestMessage request, bool isGrpc)
    {
        _calls = calls;
        _mirror = mirror;
        _isGrpc = isGrpc;
        _request = CopyOf(request);
        _contentHeaders = request.Content is { } content ? [.. content.Headers.NonValidated] : [];
    }

    /// <summary>Sends it in the background.</summary>
    /// <param name="body">What the request's body was; null: there is none.</param>
    public void Send(ReadOnlyMemory<byte>? body)
    {
        if (body is { } bytes)
        {
            _request.Content = new ReadOnlyMemoryContent(bytes);
            foreach ((string name, HeaderStringValues values) in _contentHeaders)
            {
                _request.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        // Nothing of the caller's execution context goes along, but for its trace.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>It is not sent.</summary>
    public void Drop(string reason)
    {
        _mirror.Leave();
        _mirror.Drop(reason);
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    private static HttpRequestMessage CopyOf(HttpRequestMessage request)
    {
        HttpRequestMessage copy = new(request.Method, request.RequestUri) { Version = request.Version, VersionPolicy = request.VersionPolicy };
        foreach ((string name, HeaderStringValues values) in request.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        if (ShadowHost.For(request) is { } host)
        {
            copy.Headers.Remove("Host");
            copy.Headers.TryAddWithoutValidation("Host", host);
        }

        return copy;
    }

    private async Task SendAsync()
    {
        try
        {
            // A service that nobody has called yet is looked up here, and not on the caller's time.
            Cluster cluster = _mirror.Route.Choose();
            Call call = _calls.Rent();
            call.Take(cluster.Service, _mirror.Route, cluster, _request, redirects: null, _isGrpc, isAsync: true, CancellationToken.None);
            using HttpResponseMessage answer = await OutboundCall.SendCopyAsync(call, _origin).ConfigureAwait(false);
            await ReadAsync(answer).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _mirror.Tell(exception);
        }
        finally
        {
            _mirror.Leave();
        }
    }

    // To its end: the target finishes its work as it would for a caller, and the connection serves the next call.
    private static async Task ReadAsync(HttpResponseMessage answer)
    {
        Stream body = await answer.Content.ReadAsStreamAsync().ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            int read;
            for (int total = 0; total <= LongestAnswer; total += read)
            {
                read = await body.ReadAsync(buffer).ConfigureAwait(false);
                if (read == 0)
                {
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
