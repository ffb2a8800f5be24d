using Google.Protobuf;
using Grpc.Core;
using Mesh.Model.Xds.Wire;

namespace Mesh.Benchmarks.Control;

/// <summary>A process that has announced itself, as far as the server can tell.</summary>
internal sealed class SimulatedInstance : IAsyncDisposable
{
    // As the server's own service has it, whose generated types are in the way of a generated client.
    private static readonly Method<RegisterRequest, RegisterResponse> s_register = new(
        MethodType.DuplexStreaming, "mesh.v1.Registry", "Register",
        Marshallers.Create(request => request.ToByteArray(), RegisterRequest.Parser.ParseFrom),
        Marshallers.Create(response => response.ToByteArray(), RegisterResponse.Parser.ParseFrom));

    private readonly AsyncDuplexStreamingCall<RegisterRequest, RegisterResponse> _call;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _writing = new(1);
    private Task _keeping = Task.CompletedTask;

    private SimulatedInstance(CallInvoker server) =>
        _call = server.AsyncDuplexStreamingCall(s_register, host: null, new CallOptions(cancellationToken: _stop.Token));

    /// <summary>Returns once the server has taken it.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="service">Which service.</param>
    /// <param name="number">Tells it from all others.</param>
    public static async Task<SimulatedInstance> StartAsync(CallInvoker server, string service, int number)
    {
        SimulatedInstance instance = new(server);
        await instance.SendAsync(new RegisterRequest
        {
            Registration = new Registration
            {
                Service = service, Namespace = "default", Instance = $"{service}-{number:x}", Epoch = 1,
                Addresses = { new ListeningAddress { Host = $"127.{1 + (number >> 16)}.{(number >> 8) & 255}.{number & 255}", Port = 80 } },
            },
        });
        await instance._call.ResponseStream.MoveNext(instance._stop.Token);
        instance._keeping = instance.KeepAsync(instance._call.ResponseStream.Current.Registered.KeepAliveInterval.ToTimeSpan());
        return instance;
    }

    /// <summary>Goes, and returns once the server has seen that its clients know.</summary>
    public async Task WithdrawAsync()
    {
        await SendAsync(new RegisterRequest { Withdrawal = new Withdrawal() });
        await _call.ResponseStream.MoveNext(_stop.Token);
    }

    /// <summary>Goes without a word.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _call.Dispose();
        _writing.Dispose();
        _stop.Dispose();
    }

    private async Task KeepAsync(TimeSpan interval)
    {
        // Not all at once.
        await Task.Delay(interval * System.Random.Shared.NextDouble(), _stop.Token);
        while (true)
        {
            await SendAsync(new RegisterRequest { KeepAlive = new KeepAlive() });
            await Task.Delay(interval, _stop.Token);
        }
    }

    private async Task SendAsync(RegisterRequest request)
    {
        await _writing.WaitAsync(_stop.Token);
        try
        {
            await _call.RequestStream.WriteAsync(request, _stop.Token);
        }
        finally
        {
            _writing.Release();
        }
    }
}
