using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A port whose connections follow a script, for what no web server would do.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private static readonly ConcurrentBag<Socket> s_dead = [];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<RawConnection, Task> _script;
    private readonly Task _accepting;
    private int _connections;
    private int _requests;

    private RawServer(Func<RawConnection, Task> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>As <c>host:port</c>.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Requests that were read, over all connections.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Runs the script on each connection, which is closed when it ends.</summary>
    public static RawServer Start(Func<RawConnection, Task> script) => new(script);

    /// <summary>Reads a request, and never says a word.</summary>
    public static RawServer StartMute() => Start(async connection =>
    {
        await connection.ReadRequestAsync();
        await Task.Delay(Timeout.Infinite, connection.Stopping);
    });

    /// <summary>Reads a request and closes the connection.</summary>
    public static RawServer StartClosing() => Start(connection => connection.ReadRequestAsync());

    /// <summary>Answers each request with these bytes, then closes.</summary>
    public static RawServer StartAnswering(string answer) => Start(async connection =>
    {
        await connection.ReadRequestAsync();
        await connection.SendAsync(answer);
    });

    /// <summary>An address at which nobody listens, now or later: its port is taken for as long as the tests run.</summary>
    public static string DeadAddress()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        s_dead.Add(socket);
        return socket.LocalEndPoint!.ToString()!;
    }

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stopping.Token);
                Interlocked.Increment(ref _connections);
                serving.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using RawConnection connection = new(this, socket, _stopping.Token);
        try
        {
            await _script(connection);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The caller went away, or the test is over.
        }
    }
}

/// <summary>One connection of a <see cref="RawServer"/>.</summary>
internal sealed class RawConnection(RawServer server, Socket socket, CancellationToken stopping) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public NetworkStream Stream => _stream;

    /// <summary>The other side's address.</summary>
    public IPEndPoint Client { get; } = (IPEndPoint)socket.RemoteEndPoint!;

    public CancellationToken Stopping => stopping;

    /// <summary>Reads a request's head; throws where the caller closes instead.</summary>
    public async Task<string> ReadRequestAsync()
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await _stream.ReadExactlyAsync(one, stopping);
            head.Append((char)one[0]);
        }

        server.CountRequest();
        return head.ToString();
    }

    /// <summary>Reads the body that a head announces.</summary>
    public async Task<string> ReadBodyAsync(string head)
    {
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            StringBuilder body = new();
            byte[] one = new byte[1];
            while (!body.ToString(Math.Max(0, body.Length - 5), Math.Min(5, body.Length)).Equals("0\r\n\r\n", StringComparison.Ordinal))
            {
                await _stream.ReadExactlyAsync(one, stopping);
                body.Append((char)one[0]);
            }

            return body.ToString();
        }

        const string Length = "Content-Length: ";
        int at = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        byte[] bytes = new byte[at < 0 ? 0 : int.Parse(head[(at + Length.Length)..head.IndexOf('\r', at)], CultureInfo.InvariantCulture)];
        await _stream.ReadExactlyAsync(bytes, stopping);
        return Encoding.Latin1.GetString(bytes);
    }

    public void CountRequest() => server.CountRequest();

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), stopping);

    /// <summary>Closes with a TCP reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => _stream.Dispose();
}
