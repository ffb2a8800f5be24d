using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A name server on loopback, UDP and TCP on one port, which answers every question as the test says.</summary>
internal sealed class ScriptedDns : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly UdpClient _udp;
    private readonly TcpListener _tcp;
    private readonly Task[] _loops;
    private volatile Func<byte[], bool, byte[]?> _answer = static (_, _) => null;
    private int _overUdp;
    private int _overTcp;

    private ScriptedDns(UdpClient udp, TcpListener tcp)
    {
        _udp = udp;
        _tcp = tcp;
        _loops = [Task.Run(ServeUdpAsync), Task.Run(ServeTcpAsync)];
    }

    public IPEndPoint Address => (IPEndPoint)_tcp.LocalEndpoint;

    public int OverUdp => Volatile.Read(ref _overUdp);

    public int OverTcp => Volatile.Read(ref _overTcp);

    /// <summary>The names that it was asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static ScriptedDns Start()
    {
        for (int attempt = 0; ; attempt++)
        {
            TcpListener tcp = new(IPAddress.Loopback, 0);
            tcp.Start();
            try
            {
                return new ScriptedDns(new UdpClient((IPEndPoint)tcp.LocalEndpoint), tcp);
            }
            catch (SocketException) when (attempt < 20)
            {
                // Somebody else has the port for UDP.
                tcp.Dispose();
            }
        }
    }

    /// <summary>The name has these services from now on.</summary>
    public void Have(params DnsService[] services) => Answer((query, _) => Reply(query, flags: 0, services));

    /// <summary>The answer does not fit into UDP from now on.</summary>
    public void HaveOverTcp(params DnsService[] services) =>
        Answer((query, isTcp) => isTcp ? Reply(query, flags: 0, services) : Reply(query, flags: 0x0200, []));

    /// <summary>It answers with an error from now on: 2 is SERVFAIL, 3 NXDOMAIN.</summary>
    public void Fail(ushort code) => Answer((query, _) => Reply(query, code, []));

    /// <summary>It says nothing from now on.</summary>
    public void BeSilent() => Answer(static (_, _) => null);

    /// <summary>It answers as the code says, which gets the question, and whether it came over TCP.</summary>
    public void Answer(Func<byte[], bool, byte[]?> answer) => _answer = answer;

    /// <summary>An answer as it goes over the wire (RFC 1035 4.1), nothing compressed.</summary>
    public static byte[] Reply(byte[] query, ushort flags, params DnsService[] services)
    {
        int end = EndOfQuestion(query);
        (string Host, IPAddress Address, int Life)[] along =
            [.. services.DistinctBy(service => service.Host).SelectMany(service => service.Along.Select(address => (service.Host, IPAddress.Parse(address), service.Life)))];
        using MemoryStream reply = new();
        reply.Write(query.AsSpan(0, 2));
        Write(reply, (ushort)(0x8180 | flags));
        Write(reply, 1);
        Write(reply, (ushort)services.Length);
        Write(reply, 0);
        Write(reply, (ushort)along.Length);
        reply.Write(query.AsSpan(12, end - 12));
        foreach (DnsService service in services)
        {
            using MemoryStream data = new();
            Write(data, (ushort)service.Priority);
            Write(data, (ushort)service.Weight);
            Write(data, (ushort)service.Port);
            data.Write(NameOf(service.Host));
            WriteRecord(reply, query.AsSpan(12, end - 16), type: 33, service.Life, data.ToArray());
        }

        foreach ((string host, IPAddress address, int life) in along)
        {
            WriteRecord(reply, NameOf(host), (ushort)(address.AddressFamily is AddressFamily.InterNetwork ? 1 : 28), life, address.GetAddressBytes());
        }

        return reply.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (true)
            {
                UdpReceiveResult received = await _udp.ReceiveAsync(_stop.Token);
                Interlocked.Increment(ref _overUdp);
                if (AnswerTo(received.Buffer, isTcp: false) is { } reply)
                {
                    await _udp.SendAsync(reply, received.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _tcp.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(client.GetStream());
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        byte[] length = new byte[2];
        await stream.ReadExactlyAsync(length, _stop.Token);
        byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(query, _stop.Token);
        Interlocked.Increment(ref _overTcp);
        if (AnswerTo(query, isTcp: true) is { } reply)
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
            await stream.WriteAsync((byte[])[.. length, .. reply], _stop.Token);
        }
    }

    private byte[]? AnswerTo(byte[] query, bool isTcp)
    {
        StringBuilder name = new();
        for (int i = 12; query[i] != 0; i += query[i] + 1)
        {
            name.Append(Encoding.ASCII.GetString(query, i + 1, query[i])).Append('.');
        }

        Asked.Enqueue(name.ToString());
        return _answer(query, isTcp);
    }

    private static int EndOfQuestion(byte[] query)
    {
        int i = 12;
        while (query[i] != 0)
        {
            i += query[i] + 1;
        }

        return i + 5;
    }

    private static byte[] NameOf(string host)
    {
        using MemoryStream name = new();
        foreach (string label in host.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            name.WriteByte((byte)label.Length);
            name.Write(Encoding.ASCII.GetBytes(label));
        }

        name.WriteByte(0);
        return name.ToArray();
    }

    private static void WriteRecord(MemoryStream reply, ReadOnlySpan<byte> name, ushort type, int life, byte[] data)
    {
        reply.Write(name);
        Write(reply, type);
        Write(reply, 1);
        Write(reply, (ushort)(life >> 16));
        Write(reply, (ushort)life);
        Write(reply, (ushort)data.Length);
        reply.Write(data);
    }

    private static void Write(MemoryStream stream, ushort value)
    {
        stream.WriteByte((byte)(value >> 8));
        stream.WriteByte((byte)value);
    }
}

/// <summary>One SRV record, and the addresses of its host that come along.</summary>
internal sealed record DnsService(string Host, int Port)
{
    public int Priority { get; init; }

    public int Weight { get; init; }

    /// <summary>Seconds.</summary>
    public int Life { get; init; } = 2;

    public string[] Along { get; init; } = [];
}
