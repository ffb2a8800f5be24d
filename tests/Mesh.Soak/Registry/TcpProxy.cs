using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Soak.Registry;

/// <summary>A network between processes and the config server, with the faults of networks.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<(Socket Client, Socket Server), bool> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _server;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _flow = Opened();
    private volatile int _delay;

    public TcpProxy(Uri server)
    {
        _server = new IPEndPoint(IPAddress.Loopback, server.Port);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>So long each piece takes on its way.</summary>
    public TimeSpan Delay
    {
        set => _delay = (int)value.TotalMilliseconds;
    }

    /// <summary>Cuts all connections.</summary>
    public void Cut()
    {
        foreach ((Socket client, Socket server) in _open.Keys)
        {
            client.Close(0);
            server.Close(0);
        }
    }

    /// <summary>Tells the server on all connections that nothing more comes, as if the processes had said so. The other way stays open.</summary>
    public void HalfClose()
    {
        foreach ((Socket _, Socket server) in _open.Keys)
        {
            try
            {
                server.Shutdown(SocketShutdown.Send);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // It was closed at that moment.
            }
        }
    }

    /// <summary>From here on nothing gets through, and nobody is told.</summary>
    public void Swallow() => _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What has waited goes on.</summary>
    public void Resume() => _flow.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Resume();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        TaskCompletionSource opened = new();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        List<Task> carrying = [];
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                carrying.RemoveAll(task => task.IsCompleted);
                carrying.Add(Task.Run(() => CarryAsync(client)));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(carrying);
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using Socket first = client;
        using Socket server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(_server, _stop.Token);
        }
        catch (Exception away) when (away is SocketException or OperationCanceledException)
        {
            // As a network that tells: the client's connection ends.
            return;
        }

        _open[(client, server)] = true;
        await Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client));
        _open.TryRemove((client, server), out _);
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and int length)
            {
                await Task.Delay(_delay, _stop.Token);
                await _flow.Task;
                await to.SendAsync(buffer.AsMemory(0, length), _stop.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            from.Close();
            to.Close();
        }
    }
}
