using Mesh.Client.Identity;

namespace Mesh.Client.Runtime;

/// <summary>
/// Gives up the connections that were made with another identity, or by another trust, than now is in force. Service after service, over a while:
/// all at once would be a storm of handshakes.
/// </summary>
internal sealed class IdentityRollover : IDisposable
{
    /// <summary>Within this time all are given up.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly IIdentitySource _source;
    private readonly Func<IEnumerable<MeshedService>> _services;
    private readonly TimeProvider _time;
    private WorkloadIdentity? _former;

    public IdentityRollover(IIdentitySource source, Func<IEnumerable<MeshedService>> services, TimeProvider time)
    {
        _source = source;
        _services = services;
        _time = time;
        _former = source.Current;
        source.Changed += Begin;
    }

    public void Dispose()
    {
        _source.Changed -= Begin;
        _stop.Cancel();
    }

    private void Begin()
    {
        WorkloadIdentity? now = _source.Current;

        // Who is nobody, or was, has no connection that is worth the patience.
        bool isUrgent = Interlocked.Exchange(ref _former, now) is null || now is null;
        foreach (MeshedService service in _services())
        {
            if (isUrgent)
            {
                service.RenewConnections();
            }
            else
            {
                using (ExecutionContext.SuppressFlow())
                {
                    _ = Task.Run(() => RenewAsync(service));
                }
            }
        }
    }

    private async Task RenewAsync(MeshedService service)
    {
        await Task.Delay(Longest * Random.Shared.NextDouble(), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stop.IsCancellationRequested)
        {
            service.RenewConnections();
        }
    }
}
