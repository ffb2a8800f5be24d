using System.Net.Sockets;

namespace Mesh.Client.Transport;

/// <summary>
/// A connection to an endpoint, under TLS where there is some. Before the first byte of a request with a body it makes sure that the server
/// has not closed it, so that what was never written can be told from what may have been processed.
/// </summary>
/// <param name="socket">The connection.</param>
/// <param name="repeatsOnAnswers">Whether the runtime's handler repeats requests because of their answers, as it does with credentials.</param>
internal sealed class EndpointStream(Socket socket, bool repeatsOnAnswers) : NetworkStream(socket, ownsSocket: true)
{
    private Sending? _last;
    private bool _isOpen;
    private bool _isUsed;

    /// <summary>From here on what is written are requests over HTTP/1.1, or over HTTP/2 by prior knowledge, which say nothing of themselves here.</summary>
    public void Open() => _isOpen = true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BeforeWrite();
        base.Write(buffer);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeforeWrite();
        return base.WriteAsync(buffer, cancellationToken);
    }

    private void BeforeWrite()
    {
        if (!_isOpen)
        {
            return;
        }

        if (Sending.Current is { } sending && sending != _last)
        {
            Begin(sending);
        }

        _isUsed = true;
    }

    private void Begin(Sending sending)
    {
        if (sending is { IsWritten: true, MayRepeat: false } && !repeatsOnAnswers)
        {
            // The runtime's handler repeats whatever expects a 100 before its body, whether or not the first server has acted on the head.
            throw new IOException("The connection was closed after the request's head, and what may have been processed is not sent again.");
        }

        // Between two requests a server has nothing to say but that it goes. On a new connection TLS may have.
        if (_isUsed && Socket.Poll(0, SelectMode.SelectRead))
        {
            throw new NotWrittenException();
        }

        sending.OnWrite(_isUsed);
        _last = sending;
    }
}
