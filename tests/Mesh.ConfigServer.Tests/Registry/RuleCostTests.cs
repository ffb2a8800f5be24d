using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Registration = Mesh.ConfigServer.Registry.Registration;
using ResourceName = Mesh.ConfigServer.Xds.ResourceName;

namespace Mesh.ConfigServer.Tests.Registry;

/// <summary>What a change costs grows with the change, not with the mesh.</summary>
public sealed class RuleCostTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rule_costs_hardly_more_in_a_mesh_that_is_twenty_times_as_large()
    {
        long small = await CostAsync(services: 50);
        long large = await CostAsync(services: 1000);

        // Trees are deeper. To copy as much as one reference for each service would be 8 KB.
        Assert.InRange(large, 1, small + 8000);
    }

    // In bytes that are allocated, of which there are as many each time, from the write to the change that streams are told of.
    private static async Task<long> CostAsync(int services)
    {
        await using MeshStore store = await MeshStore.OpenAsync(new MemoryGenerations(TimeProvider.System), TimeProvider.System, NullLogger.Instance, Ended);
        await store.WriteAsync(Docs.Apply(string.Join("---\n", Enumerable.Range(0, services).Select(i => Rule(i, "1s")))), Ended);
        Registration[] known = [.. Enumerable.Range(0, services).Select(i => RegistryBench.Of($"{i}", $"s{i}.default", $"10.0.{i / 250}.{i % 250}:80"))];
        using RegistryBench bench = new(known, documents: store);
        MeshSnapshot? snapshot = null;
        using IDisposable follower = bench.Live.Subscribe(
            state => snapshot = MeshSnapshot.Of(state, MeshTrust.None, snapshot, new ControlPlane(), new FakeEncoder(), new AllEncoded()));
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            MeshWrite write = Docs.Apply(Rule(7, $"{i + 2}s"));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Task<WriteResult> written = store.WriteAsync(write, Ended);
            Assert.True(written.IsCompletedSuccessfully);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal([LookupKey.Service("s7.default")], snapshot!.Changes);
        }

        return least;
    }

    private static string Rule(int service, string timeout) =>
        $"kind: Service\nname: s{service}\nhosts: ['s{service}:8080']\nroutes: [{{ timeout: {timeout}, to: [{{ service: s{service / 2} }}] }}]\n";

    private sealed class AllEncoded : IWithheldResources
    {
        public void Tell(ResourceName name, string service, Exception failure) => Assert.Fail(failure.Message);
    }
}
