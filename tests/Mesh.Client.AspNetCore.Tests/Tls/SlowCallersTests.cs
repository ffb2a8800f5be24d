using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.AspNetCore.Tests.Tls;

/// <summary>Callers that are slow, silent, gone, or talk nonsense.</summary>
public sealed class SlowCallersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_handshake_may_come_byte_by_byte()
    {
        await using MeshedApp app = await MeshedApp.StartAsync("Strict");
        using X509Certificate2 certificate = app.Authority.Leaf();
        using TcpClient socket = await ConnectAsync(app);
        await using SslStream tls = new(new ByteByByte(socket.GetStream()), false, (_, shown, _, _) => shown is not null);

        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "catalog",
            ClientCertificateContext = SslStreamCertificateContext.Create(certificate, app.Authority.Between, offline: true),
        }, Cancel).InTime();
        await tls.WriteAsync("GET / HTTP/1.1\r\nHost: catalog\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancel);

        Assert.EndsWith("spiffe://mesh-test/ns/default/sa/web\r\n0\r\n\r\n", await ReadToEndAsync(tls), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: catalog\r\nConnection: close\r\n\r\n", "nobody")]
    [InlineData("PROPFIND / HTTP/1.1\r\nHost: catalog\r\nConnection: close\r\n\r\n", "nobody")]
    [InlineData("PRIME / HTTP/1.1\r\nHost: catalog\r\nConnection: close\r\n\r\n", "nobody")]
    public async Task Plain_text_may_come_byte_by_byte(string text, string answer)
    {
        await using MeshedApp app = await MeshedApp.StartAsync();
        using TcpClient socket = await ConnectAsync(app);
        ByteByByte slow = new(socket.GetStream());

        await slow.WriteAsync(Encoding.Latin1.GetBytes(text), Cancel);

        Assert.Contains(answer, await ReadToEndAsync(slow), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nonsense_is_plain_text_that_Kestrel_refuses()
    {
        await using MeshedApp app = await MeshedApp.StartAsync();
        using TcpClient socket = await ConnectAsync(app);

        await socket.GetStream().WriteAsync("\0\u0001\u0002 nonsense\r\n\r\n"u8.ToArray(), Cancel);

        Assert.Contains("HTTP/1.1 400 Bad Request", await ReadToEndAsync(socket.GetStream()), StringComparison.Ordinal);
        Assert.Equal(0, app.Entered);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PR")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001")]
    public async Task Who_says_too_little_is_closed_after_10_s_and_not_before(string text)
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using MeshedApp app = await MeshedApp.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        using TcpClient socket = await ConnectAsync(app);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), Cancel);
        Task<string> end = ReadToEndAsync(socket.GetStream());
        using HttpClient plain = Caller.Plain();

        // Its clock runs since it was accepted, and it was before this one.
        await plain.GetTextAsync(app.Url);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(end.IsCompleted);
        await Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return end.IsCompleted;
        });

        Assert.Equal("", await end);
        Assert.Equal("nobody", await plain.GetTextAsync(app.Url));
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("\u0016\u0003\u0001")]
    [InlineData("\u0016 nonsense that no handshake begins with")]
    public async Task Who_goes_halfway_is_forgotten(string text)
    {
        await using MeshedApp app = await MeshedApp.StartAsync();
        using TcpClient socket = await ConnectAsync(app);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), Cancel);

        socket.Client.Shutdown(SocketShutdown.Send);

        await ReadToEndAsync(stream);
        Assert.Equal(0, app.Entered);
        Assert.DoesNotContain(app.App.Logs.GetSnapshot(), record => record.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Silent_sockets_hold_no_thread()
    {
        await using MeshedApp app = await MeshedApp.StartAsync();
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        TcpClient[] silent = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => ConnectAsync(app)));
        try
        {
            Assert.Equal("spiffe://mesh-test/ns/default/sa/web", await caller.GetTextAsync(app.Url.Https()).InTime());
            Assert.True(ThreadPool.ThreadCount < 100, $"{ThreadPool.ThreadCount} threads");
        }
        finally
        {
            Array.ForEach(silent, socket => socket.Dispose());
        }
    }

    private static async Task<TcpClient> ConnectAsync(MeshedApp app)
    {
        TcpClient socket = new() { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, app.Port, Cancel);
        return socket;
    }

    // A reset ends it, too: the server closes without having read all.
    private static async Task<string> ReadToEndAsync(Stream stream)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, Cancel).AsTask().InTime() is > 0 and int count)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            return text.ToString();
        }

        return text.ToString();
    }

    private sealed class ByteByByte(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < buffer.Length; i++)
            {
                await inner.WriteAsync(buffer.Slice(i, 1), cancellationToken);
                await Task.Yield();
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
