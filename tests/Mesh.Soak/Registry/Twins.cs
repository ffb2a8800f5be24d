using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Registry;

/// <summary>Processes that say that they are the same.</summary>
/// <param name="server">The config server.</param>
/// <param name="when">What begins the claim.</param>
/// <param name="claims">What it is about.</param>
internal sealed class Twins(string server, string when, Claims claims)
{
    private const string Service = "twins";
    private const string Id = "twin";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    public async Task RunAsync()
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(server);
        await using Watcher watcher = await Watcher.StartAsync(server, [Service]);
        using Lease first = await Lease.TakeAsync(channel, Service, Id, epoch: 1, port: 9001);
        using Lease newer = await Lease.TakeAsync(channel, Service, Id, epoch: 2, port: 9002);
        StatusCode firstEnd = await first.EndAsync();
        StatusCode olderEnd = await TryAsync(channel, epoch: 1);
        StatusCode sameEnd = await TryAsync(channel, epoch: 2);
        await newer.KeepAsync();
        bool isBelieved = await Wait.UntilAsync(() => watcher.Of(Service) is [(9002, true)], s_limit);
        claims.Add(
            $"{when}of two with one id the newer one is believed, and the other told so",
            isBelieved && (firstEnd, olderEnd, sameEnd) == (StatusCode.Aborted, StatusCode.Aborted, StatusCode.Aborted),
            $"the first {firstEnd}, an older one {olderEnd}, a twin {sameEnd}; believed {string.Join(' ', watcher.Of(Service).Select(one => one.Port))}");
        await newer.WithdrawAsync();
    }

    private static async Task<StatusCode> TryAsync(GrpcChannel channel, long epoch)
    {
        try
        {
            using Lease lease = await Lease.TakeAsync(channel, Service, Id, epoch, port: 9003);
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}
