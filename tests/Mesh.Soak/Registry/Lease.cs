using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Model.Xds.Wire;

namespace Mesh.Soak.Registry;

/// <summary>A registration, word by word. When it is disposed its stream is cut.</summary>
internal sealed class Lease : IDisposable
{
    private readonly AsyncDuplexStreamingCall<RegisterRequest, RegisterResponse> _call;

    private Lease(GrpcChannel channel) => _call = new Model.Xds.Wire.Registry.RegistryClient(channel).Register();

    /// <summary>Returns once the server has taken it.</summary>
    /// <exception cref="RpcException">It has not.</exception>
    public static async Task<Lease> TakeAsync(GrpcChannel channel, string service, string instance, long epoch, int port)
    {
        Lease lease = new(channel);
        Registration registration = new() { Service = service, Instance = instance, Epoch = epoch, Addresses = { new ListeningAddress { Port = (uint)port } } };
        await lease._call.RequestStream.WriteAsync(new RegisterRequest { Registration = registration });
        await lease._call.ResponseStream.MoveNext(CancellationToken.None);
        return lease;
    }

    public Task KeepAsync() => _call.RequestStream.WriteAsync(new RegisterRequest { KeepAlive = new KeepAlive() });

    public async Task WithdrawAsync()
    {
        await _call.RequestStream.WriteAsync(new RegisterRequest { Withdrawal = new Withdrawal { SpreadWithin = TimeSpan.Zero.ToDuration() } });
        await _call.RequestStream.CompleteAsync();
        while (await _call.ResponseStream.MoveNext(CancellationToken.None))
        {
            // Its answer, and the end.
        }
    }

    /// <summary>Waits for the end, which is the server's word.</summary>
    public async Task<StatusCode> EndAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                // Not yet.
            }

            return StatusCode.OK;
        }
        catch (RpcException ended)
        {
            return ended.StatusCode;
        }
    }

    public void Dispose() => _call.Dispose();
}
