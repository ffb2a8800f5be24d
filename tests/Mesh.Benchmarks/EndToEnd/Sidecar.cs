using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>A HAProxy process. It ends when it is disposed.</summary>
internal sealed class Sidecar : IDisposable
{
    private readonly Process _process;

    /// <param name="program">HAProxy.</param>
    /// <param name="configuration">Its settings, which it reads from standard input.</param>
    public Sidecar(string program, string configuration)
    {
        _process = Process.Start(new ProcessStartInfo(program, ["-db", "-q", "-f", "/dev/stdin"]) { RedirectStandardInput = true })!;
        using StreamWriter input = _process.StandardInput;
        input.Write(configuration);
    }

    public int Id => _process.Id;

    /// <summary>Returns once somebody listens at the port. The suite does not wait for that for ever.</summary>
    public async Task ListeningAsync(int port)
    {
        while (true)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"HAProxy has ended with exit code {_process.ExitCode}.");
            }

            try
            {
                using TcpClient probe = new();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
