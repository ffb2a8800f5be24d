using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.ConfigServer.Tests.State;

public sealed class StateFeedTests
{
    private readonly FakeLogger _logger = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Observers_see_no_older_generation_after_a_newer_one_and_the_newest_last()
    {
        await using MeshStore store = await OpenAsync();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("s")), Ended);
        List<long> seen = [];
        using IDisposable subscription = store.Subscribe(state => seen.Add(state.Generation));
        Assert.Equal([1], seen);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => store.WriteAsync(Docs.Apply(Docs.ServiceYaml($"s{i}"))), Ended)));
        store.Subscribe(_ => { }).Dispose();

        Assert.Equal(seen.Distinct().Order(), seen);
        Assert.Equal(31, seen[^1]);
    }

    [Fact]
    public async Task One_that_fails_stops_neither_the_others_nor_the_write()
    {
        await using MeshStore store = await OpenAsync();
        List<long> seen = [];
        using IDisposable bad = store.Subscribe(_ => throw new InvalidOperationException("no"));
        using IDisposable good = store.Subscribe(state => seen.Add(state.Generation));

        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);

        Assert.Equal([0, 1], seen);
        Assert.Equal(2, _logger.Collector.GetSnapshot().Count(line => line.Id.Id == 100));
    }

    [Fact]
    public async Task One_that_is_busy_sees_the_newest_afterwards()
    {
        await using MeshStore store = await OpenAsync();
        List<long> seen = [];
        using IDisposable subscription = store.Subscribe(state =>
        {
            seen.Add(state.Generation);
            for (int i = 0; state.Generation == 0 && i < 5; i++)
            {
                store.WriteAsync(Docs.Apply(Docs.ServiceYaml($"s{i}"))).GetAwaiter().GetResult();
            }
        });

        Assert.Equal([0, 5], seen);
    }

    [Fact]
    public async Task One_that_has_left_hears_no_more()
    {
        await using MeshStore store = await OpenAsync();
        List<long> seen = [];
        IDisposable subscription = store.Subscribe(state => seen.Add(state.Generation));

        subscription.Dispose();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);

        Assert.Equal([0], seen);
    }

    [Fact]
    public async Task One_may_write_and_is_told_of_it_afterwards()
    {
        await using MeshStore store = await OpenAsync();
        List<string> seen = [];
        using IDisposable subscription = store.Subscribe(state =>
        {
            seen.Add($"{state.Generation} starts");
            if (state.Generation == 1)
            {
                store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b"))).GetAwaiter().GetResult();
            }

            seen.Add($"{state.Generation} ends");
        });

        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);

        Assert.Equal(["0 starts", "0 ends", "1 starts", "1 ends", "2 starts", "2 ends"], seen);
    }

    private Task<MeshStore> OpenAsync() => MeshStore.OpenAsync(new MemoryGenerations(TimeProvider.System), TimeProvider.System, _logger, Ended);
}
