using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.Model.Xds.Wire;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Registry;

/// <summary>A process, or at least its stream. When it is disposed the connection is cut.</summary>
internal sealed class RegistryClient : IDisposable
{
    private readonly GrpcChannel? _channel;
    private readonly GrpcChannel _borrowed;
    private readonly AsyncDuplexStreamingCall<RegisterRequest, RegisterResponse> _call;

    public RegistryClient(string address)
        : this(GrpcChannel.ForAddress($"http://{address}")) => _channel = _borrowed;

    /// <param name="channel">Of others as well.</param>
    public RegistryClient(GrpcChannel channel)
    {
        _borrowed = channel;
        _call = new Wire.Registry.RegistryClient(channel).Register(cancellationToken: TestContext.Current.CancellationToken);
    }

    public static async Task<RegistryClient> RegisterAsync(string address, Wire.Registration registration)
    {
        RegistryClient client = new(address);
        await client.RegisterAsync(registration);
        return client;
    }

    public async Task<Registered> RegisterAsync(Wire.Registration registration)
    {
        await SendAsync(new RegisterRequest { Registration = registration });
        return (await ReadAsync()).Registered;
    }

    /// <summary>Sends what the server may refuse while it is written.</summary>
    public async Task OfferAsync(Wire.Registration registration)
    {
        try
        {
            await SendAsync(new RegisterRequest { Registration = registration });
        }
        catch (RpcException)
        {
            // How the stream ends is what matters.
        }
    }

    public Task KeepAliveAsync() => SendAsync(new RegisterRequest { KeepAlive = new KeepAlive() });

    public Task AskToWithdrawAsync(TimeSpan within) =>
        SendAsync(new RegisterRequest { Withdrawal = new Withdrawal { SpreadWithin = Duration.FromTimeSpan(within) } });

    public Task SendAsync(RegisterRequest request) => _call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);

    public async Task<RegisterResponse> ReadAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).InTime());
        return _call.ResponseStream.Current;
    }

    /// <summary>How the stream ends, with nothing more before it.</summary>
    public async Task<Grpc.Core.Status> EndAsync()
    {
        try
        {
            Assert.False(await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).InTime());
            return _call.GetStatus();
        }
        catch (RpcException failure)
        {
            return failure.Status;
        }
    }

    public void Dispose()
    {
        _call.Dispose();
        _channel?.Dispose();
    }
}
