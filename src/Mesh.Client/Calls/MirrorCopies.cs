using Mesh.Client.Runtime;

namespace Mesh.Client.Calls;

/// <summary>
/// The copies of one request. They go as soon as the request's body was sent whole, so that they have the same one; without a body, along
/// with the request. The caller waits for none of it, and nothing of it fails the call.
/// </summary>
internal sealed class MirrorCopies
{
    public const string Overflow = "overflow";
    public const string BodyTooLong = "body-too-long";
    public const string BodyBroken = "body-broken";
    public const string Streaming = "streaming";
    public const string NotSent = "not-sent";

    private readonly List<MirrorCopy> _copies;

    private MirrorCopies(List<MirrorCopy> copies, int maxBodyBytes)
    {
        _copies = copies;
        MaxBodyBytes = maxBodyBytes;
    }

    /// <summary>The longest body, in bytes, that is copied.</summary>
    public int MaxBodyBytes { get; }

    /// <summary>Copies a request that is about to be sent, as it is now, for each of the route's mirrors that draws it.</summary>
    public static void Make(CallPool calls, Route route, HttpRequestMessage request, bool isGrpc)
    {
        if (request.Method == HttpMethod.Connect || request.Headers.NonValidated.Contains("Upgrade"))
        {
            // A conversation, of which the request is only the beginning.
            return;
        }

        int maxBodyBytes = route.Retry.Settings.MaxBodyBytes;
        string? obstacle = ObstacleOf(request, isGrpc, maxBodyBytes);
        List<MirrorCopy> copies = [];
        foreach (Mirror mirror in route.Mirrors!)
        {
            if (!mirror.Draw())
            {
                continue;
            }

            if (obstacle is not null)
            {
                mirror.Drop(obstacle);
            }
            else if (mirror.TryEnter())
            {
                copies.Add(new MirrorCopy(calls, mirror, request, isGrpc));
            }
            else
            {
                mirror.Drop(Overflow);
            }
        }

        if (copies.Count > 0)
        {
            new MirrorCopies(copies, maxBodyBytes).Await(request);
        }
    }

    public void Send(ReadOnlyMemory<byte>? body) => _copies.ForEach(copy => copy.Send(body));

    public void Drop(string reason) => _copies.ForEach(copy => copy.Drop(reason));

    /// <summary>Why there can be no copies of the request; null: there can, as far as one knows by now.</summary>
    private static string? ObstacleOf(HttpRequestMessage request, bool isGrpc, int maxBodyBytes)
    {
        if (isGrpc && ReplayableContent.Of(request) is { ReplaysItself: false })
        {
            // What such a stream says next may depend on what it was answered.
            return Streaming;
        }

        return request.Content?.Headers.ContentLength > maxBodyBytes ? BodyTooLong : null;
    }

    private void Await(HttpRequestMessage request)
    {
        if (request.Content is null or EmptyContent)
        {
            Send(body: null);
        }
        else
        {
            ReplayableContent.Share(request, this);
        }
    }
}
