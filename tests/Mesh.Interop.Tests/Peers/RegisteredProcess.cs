using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Model.Xds.Wire;

namespace Mesh.Interop.Tests.Peers;

/// <summary>A process that has registered with the config server.</summary>
internal sealed class RegisteredProcess : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<RegisterRequest, RegisterResponse> _call;

    private RegisteredProcess(string server)
    {
        _channel = GrpcChannel.ForAddress(
            $"http://{server}", new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { UseProxy = false }, DisposeHttpClient = true });
        _call = new Registry.RegistryClient(_channel).Register(cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <param name="server">Where it registers: <c>127.0.0.1:15010</c>.</param>
    /// <param name="service">Whose instance it is.</param>
    public static async Task<RegisteredProcess> StartAsync(string server, string service)
    {
        RegisteredProcess process = new(server);
        Registration registration = new() { Service = service, Instance = "1", Epoch = 1, Addresses = { new ListeningAddress { Port = 6001 } } };
        await process._call.RequestStream.WriteAsync(
            new RegisterRequest { Registration = registration }, TestContext.Current.CancellationToken);
        Assert.True(await process._call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return process;
    }

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
    }
}
