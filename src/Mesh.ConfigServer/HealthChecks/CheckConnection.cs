using System.Net;
using System.Net.Sockets;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>
/// The connection of one question over HTTP, which ends with it. The handler alone would keep one of HTTP/2, and go on to open one that
/// nobody waits for any more.
/// </summary>
/// <param name="proof">Who has to be at its end, over the mesh's TLS; null: it is not spoken.</param>
internal sealed class CheckConnection(string? proof) : IDisposable
{
    public static readonly HttpRequestOptionsKey<CheckConnection> Key = new("Mesh.CheckConnection");

    private readonly CancellationTokenSource _over = new();
    private NetworkStream? _stream;

    public string? Proof => proof;

    public async Task<Stream> OpenAsync(CheckConnections connections, IPEndPoint target, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellationToken);
        Socket socket = await connections.OpenAsync(target, either.Token).ConfigureAwait(false);
        NetworkStream stream = new(socket, ownsSocket: true);
        Interlocked.Exchange(ref _stream, stream);
        if (_over.IsCancellationRequested)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        return stream;
    }

    public void Dispose()
    {
        _over.Cancel();
        Interlocked.Exchange(ref _stream, null)?.Dispose();
    }
}
