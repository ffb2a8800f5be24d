using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>
/// A pair of HAProxy processes between client and replicas, as sidecars are: the client's balances over the ports of the
/// service's, each of which stands before one replica. This process keeps them, so that they end with the suite.
/// </summary>
internal static class HaproxyProcess
{
    public static async Task RunAsync(string program, Protocol protocol, string[] replicas)
    {
        int[] ports = FreePorts(1 + replicas.Length);
        string[] sidecars = [.. ports[1..].Select(Address)];
        using Process service = Start(program, HaproxyConfiguration.OfService(protocol, sidecars, replicas));
        using Process client = Start(program, HaproxyConfiguration.OfClient(protocol, Address(ports[0]), sidecars));
        try
        {
            await ListeningAsync(service, ports[1]);
            await ListeningAsync(client, ports[0]);
            Parent.Tell(new Started([Address(ports[0])], [client.Id, service.Id]));
            await Parent.EndAsync();
        }
        finally
        {
            client.Kill();
            service.Kill();
        }
    }

    private static string Address(int port) => $"{IPAddress.Loopback}:{port}";

    /// <summary>HAProxy cannot have the system pick a port, so we do, and let go of it.</summary>
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }

    /// <summary>In the foreground, with its settings from standard input.</summary>
    private static Process Start(string program, string configuration)
    {
        Process process = Process.Start(new ProcessStartInfo(program, ["-db", "-q", "-f", "/dev/stdin"]) { RedirectStandardInput = true })!;
        process.StandardInput.Write(configuration);
        process.StandardInput.Close();
        return process;
    }

    private static async Task ListeningAsync(Process process, int port)
    {
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"HAProxy has ended with exit code {process.ExitCode}.");
            }

            try
            {
                using TcpClient probe = new();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                // Not yet. The suite waits for us, and not for ever.
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }
}
