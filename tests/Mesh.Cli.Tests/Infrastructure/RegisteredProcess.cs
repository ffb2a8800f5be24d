using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Model.Xds.Wire;

namespace Mesh.Cli.Tests.Infrastructure;

/// <summary>A process that has registered with the server.</summary>
internal sealed class RegisteredProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<RegisterRequest, RegisterResponse> _call;

    private RegisteredProcess(string address)
    {
        _channel = GrpcChannel.ForAddress(
            "http://" + address, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { UseProxy = false }, DisposeHttpClient = true });
        _call = new Registry.RegistryClient(_channel).Register(cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <param name="server">Its xDS address.</param>
    /// <param name="service">Whose instance it is: <c>pricing.shop</c>.</param>
    /// <param name="instance">Which.</param>
    /// <param name="port">Where it is called.</param>
    /// <param name="version">Of the service; null: it does not say.</param>
    public static async Task<RegisteredProcess> StartAsync(string server, string service, string instance, uint port, string? version = "v2")
    {
        RegisteredProcess process = new(server);
        string[] parts = service.Split('.');
        Registration registration = new()
        {
            Service = parts[0], Namespace = parts[1], Instance = instance, Epoch = 1, Version = version, UserAgentName = "Mesh.Client",
            UserAgentVersion = ConfigServer.Rest.ServerFacts.Version, Locality = new Locality { Region = "eu", Zone = "eu-1" },
            Addresses = { new ListeningAddress { Port = port } },
        };
        await process.SayAsync(new RegisterRequest { Registration = registration });
        return process;
    }

    public Task WithdrawAsync() => SayAsync(new RegisterRequest { Withdrawal = new Withdrawal() });

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
    }

    private async Task SayAsync(RegisterRequest request)
    {
        await _call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
        Assert.True(
            await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(s_patience, TestContext.Current.CancellationToken));
    }
}
