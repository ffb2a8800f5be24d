using Mesh.Client.Tests.Infrastructure;
using Mesh.Client.Tests.LoadBalancing;

namespace Mesh.Client.Tests.Calls;

/// <summary><c>LoadBalancing:Policy</c>, over real connections.</summary>
public sealed class BalancingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Random_goes_by_weight()
    {
        const int Calls = 600;
        await using Backend heavy = await Backend.StartAsync();
        await using Backend light = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog", $$"""
            "LoadBalancing": { "Policy": "Random" },
            "Endpoints": [ { "Address": "{{heavy.Address}}", "Weight": 3 }, { "Address": "{{light.Address}}" } ]
            """)));
        HttpClient client = mesh.Client();

        for (int call = 0; call < Calls; call++)
        {
            await client.GetTextAsync("http://catalog/");
        }

        Assert.Equal(Calls, heavy.Count + light.Count);
        Shares.AssertWithin(heavy.Count, Calls, 0.75);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(2, 16)]
    public async Task LeastRequest_finds_the_idle_one_among_its_choices(int busy, int choices)
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Backend[] holders = await Task.WhenAll(Enumerable.Range(0, busy).Select(_ =>
            Backend.StartAsync(answer: context => answer.Task.WaitAsync(context.RequestAborted))));
        await using Backend idle = await Backend.StartAsync("idle");
        string[] addresses = [.. holders.Select(holder => holder.Address)];
        await using TestMesh mesh = await TestMesh.StartAsync(Least(choices, addresses));
        HttpClient client = mesh.Client();
        List<Task<HttpResponseMessage>> held = [];
        for (int call = 1; call <= busy; call++)
        {
            held.Add(client.GetAsync(new Uri("http://catalog/"), Cancel));
            await Eventually.Holds(() => holders.Sum(holder => holder.Count) == call);
        }

        // What is in flight counts on, though the balancer is another one now.
        mesh.Change(Least(choices, [.. addresses, idle.Address]));
        for (int call = 0; call < 30; call++)
        {
            Assert.Equal("idle", await client.GetTextAsync("http://catalog/"));
        }

        Assert.All(holders, holder => Assert.Equal(1, holder.Count));
        answer.SetResult();
        await Task.WhenAll(held);
        foreach (Backend holder in holders)
        {
            await holder.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("Random")]
    [InlineData("LeastRequest")]
    public async Task A_retry_goes_elsewhere(string policy)
    {
        await using Backend good = await Backend.StartAsync("good");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog($$"""
            "LoadBalancing": { "Policy": "{{policy}}" }, "OutlierDetection": { "ConsecutiveErrors": 0 },
            "RetryBudget": { "MinRetriesPerSecond": 1000 }
            """, RawServer.DeadAddress(), good.Address));

        for (int call = 0; call < 50; call++)
        {
            Assert.Equal("good", await mesh.Client().GetTextAsync("http://catalog/"));
        }
    }

    [Fact]
    public async Task Another_policy_takes_over_while_the_application_runs()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using TestMesh mesh = await TestMesh.StartAsync(Policy("Random"));
        HttpClient client = mesh.Client();
        HashSet<string> answers = [];
        await Eventually.Holds(() =>
        {
            answers.Add(client.SendText("http://catalog/"));
            return answers.Count == 2;
        });

        mesh.Change(Policy("RoundRobin"));

        string first = await client.GetTextAsync("http://catalog/");
        for (int turn = 0; turn < 10; turn++)
        {
            Assert.NotEqual(first, await client.GetTextAsync("http://catalog/"));
            Assert.Equal(first, await client.GetTextAsync("http://catalog/"));
        }

        string Policy(string policy) => Rules.Catalog($"\"LoadBalancing\": {{ \"Policy\": \"{policy}\" }}", one.Address, two.Address);
    }

    private static string Least(int choices, params IEnumerable<string> addresses) =>
        Rules.Catalog($"\"LoadBalancing\": {{ \"Policy\": \"LeastRequest\", \"ChoiceCount\": {choices} }}", addresses);
}
