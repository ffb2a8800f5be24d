using Grpc.Core;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Xds;
using Microsoft.Extensions.Hosting;

namespace Mesh.ConfigServer.Registry;

/// <summary>Ends the streams before the server stops to listen. The leases stay: processes go on with another server, or after the restart.</summary>
internal sealed class RegistryLifetime(MeshRegistry registry, TimeProvider time, IRevocations? revocations = null) : IHostedLifecycleService, IDisposable
{
    // A server that closes its connections at once takes what is still to be written with it.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _ending = new();
    private int _streams;

    /// <summary>Cancelled when the server begins to shut down.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <exception cref="RpcException">UNAVAILABLE: not any more.</exception>
    public void Enter()
    {
        if (Ending.IsCancellationRequested)
        {
            throw new RpcException(XdsSessions.Leaving);
        }

        Interlocked.Increment(ref _streams);
    }

    public void Leave() => Interlocked.Decrement(ref _streams);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (revocations is not null)
        {
            revocations.Revoked += Withdraw;
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        registry.Stop();
        bool hasStreams = Volatile.Read(ref _streams) > 0;
        await _ending.CancelAsync().ConfigureAwait(false);
        if (hasStreams && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        if (revocations is not null)
        {
            revocations.Revoked -= Withdraw;
        }

        _ending.Dispose();
    }

    // Those of one process end with its streams.
    private void Withdraw(Revocation revocation)
    {
        if (revocation.Serial is null)
        {
            registry.WithdrawAll($"{revocation.Service}.{revocation.Namespace}");
        }
    }
}
