using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.AotConsole;

/// <summary>A server on loopback that answers with its version, what was asked for, and the headers that begin with <c>x-</c>.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly string _version;
    private readonly Task _accepting;

    private Shop(string version)
    {
        _version = version;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"127.0.0.1:{Port}";

    public static Shop Open(string version) => new(version);

    /// <summary>An address at which nobody listens.</summary>
    public static string DeadAddress()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _accepting;
        _listener.Stop();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient owned = client;
        using StreamReader reader = new(client.GetStream(), Encoding.Latin1);
        try
        {
            while (await ReadRequestAsync(reader) is string request)
            {
                string answer = $"{_version} {request}";
                string message = $"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\n\r\n{answer}";
                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(message), _closing.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The caller went away, or the shop closes.
        }
    }

    /// <summary>What was asked for; null where the connection has ended.</summary>
    private async Task<string?> ReadRequestAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(_closing.Token) is not string line)
        {
            return null;
        }

        StringBuilder request = new(line.Replace(" HTTP/1.1", "", StringComparison.Ordinal));
        while (await reader.ReadLineAsync(_closing.Token) is { Length: > 0 } header)
        {
            if (header.StartsWith("x-", StringComparison.OrdinalIgnoreCase))
            {
                request.Append(' ').Append(header);
            }
        }

        return request.ToString();
    }
}
