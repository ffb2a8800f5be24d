using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Mesh.Interop.Tests.Peers;

/// <summary>A process of Node.js that serves by gRPC, and is told by xDS who may call it.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly NodeBootstrap _bootstrap;
    private readonly Process _process;

    private NodeServer(string address, NodeBootstrap bootstrap, Process process) => (Address, _bootstrap, _process) = (address, bootstrap, process);

    public string Address { get; }

    /// <summary>Ends once it serves.</summary>
    public static async Task<NodeServer> StartAsync(NodePackages packages, string server, string service, CertificateFolder? certificates = null)
    {
        packages.Require();
        string address = FreeAddress();
        NodeBootstrap bootstrap = NodeBootstrap.Write(server, service, "default", certificates);
        ProcessStartInfo start = new("node", [Path.Combine(AppContext.BaseDirectory, "Node", "server.js"), address, service])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment["NODE_PATH"] = packages.Folder;
        start.Environment["GRPC_XDS_BOOTSTRAP"] = bootstrap.File;

        // Without it gRPC for Node.js refuses listeners that say who may call, and serves nobody.
        start.Environment["GRPC_XDS_EXPERIMENTAL_RBAC"] = "true";
        NodeServer node = new(address, bootstrap, Process.Start(start)!);
        string? said = await node._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        if (said is null || !JsonDocument.Parse(said).RootElement.TryGetProperty("serves", out _))
        {
            await node.DisposeAsync();
            throw new InvalidOperationException($"Node.js does not serve: {said}");
        }

        return node;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _bootstrap.Dispose();
    }

    // Its listener is asked for by address and port: the system cannot pick one as it begins to listen.
    private static string FreeAddress()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket.LocalEndPoint!.ToString()!;
    }
}
