using System.Collections.Concurrent;

using Mesh.Client.LoadBalancing;
using Mesh.Model;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.LoadBalancing;

/// <summary>What every balancer owes.</summary>
public sealed class LoadBalancerTests
{
    private readonly MeshClock _clock = new(new FakeTimeProvider());

    public static TheoryData<string> Policies { get; } = [.. Enum.GetNames<BalancingPolicy>()];

    public static TheoryData<string, int[]> Sets()
    {
        var sets = new TheoryData<string, int[]>();
        foreach (string policy in Policies)
        {
            sets.Add(policy, [1]);
            sets.Add(policy, [1, 1]);
            sets.Add(policy, [3, 1]);
            sets.Add(policy, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
            sets.Add(policy, [1, 2, 3, 4, 5, 6]);
        }

        return sets;
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void There_is_nothing_to_pick_from_nothing(string policy) => Assert.Null(Create(policy, []).Pick(_clock.Now));

    [Theory]
    [MemberData(nameof(Sets))]
    public void Shares_follow_the_weights_and_none_is_starved(string policy, int[] weights)
    {
        const int Picks = 100_000;
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, weights);
        ILoadBalancer<FakeEndpoint> balancer = Create(policy, endpoints);
        var picked = new Dictionary<FakeEndpoint, int>();
        for (int pick = 0; pick < Picks; pick++)
        {
            FakeEndpoint endpoint = balancer.Pick(_clock.Now)!;
            picked[endpoint] = picked.GetValueOrDefault(endpoint) + 1;
        }

        foreach (FakeEndpoint endpoint in endpoints)
        {
            Shares.AssertWithin(picked[endpoint], Picks, (double)endpoint.Weight / weights.Sum());
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void What_is_to_be_avoided_is_avoided_while_anything_else_is_there(string policy, int[] weights)
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, weights);
        ILoadBalancer<FakeEndpoint> balancer = Create(policy, endpoints);
        for (int avoided = 0; avoided < endpoints.Length; avoided++)
        {
            // From the heaviest down, so that redrawing alone does not do.
            FakeEndpoint[] avoid = [.. endpoints.OrderByDescending(endpoint => endpoint.Weight).Take(avoided)];
            var picked = new HashSet<FakeEndpoint>();
            for (int pick = 0; pick < 2_000; pick++)
            {
                picked.Add(balancer.Pick(_clock.Now, avoid)!);
            }

            Assert.Equal(endpoints.Except(avoid).ToHashSet(), picked);
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Where_all_are_to_be_avoided_all_are_used(string policy, int[] weights)
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, weights);
        ILoadBalancer<FakeEndpoint> balancer = Create(policy, endpoints);
        var picked = new HashSet<FakeEndpoint>();
        for (int pick = 0; pick < 2_000; pick++)
        {
            picked.Add(balancer.Pick(_clock.Now, endpoints)!);
        }

        Assert.Equal(endpoints.ToHashSet(), picked);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void An_endpoint_that_is_to_be_avoided_may_be_unknown(string policy, int[] weights)
    {
        ILoadBalancer<FakeEndpoint> balancer = Create(policy, FakeEndpoint.Set(_clock, weights));

        Assert.NotNull(balancer.Pick(_clock.Now, [new FakeEndpoint(_clock)]));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Sixty_four_threads_pick_at_once(string policy)
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1, 1, 1, 1, 1, 1, 1);
        ILoadBalancer<FakeEndpoint> balancer = Create(policy, endpoints, Random.Shared);
        var picked = new ConcurrentDictionary<FakeEndpoint, int>();
        using var start = new Barrier(64);
        Task[] callers = [.. Enumerable.Range(0, 64).Select(_ => Task.Factory.StartNew(Call, TaskCreationOptions.LongRunning))];
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(64 * 1_000, picked.Values.Sum());

        // How many each gets depends on where the scheduler interrupts a caller: an endpoint that is in use for a while is passed over.
        Assert.Equal(endpoints.Length, picked.Count);
        Assert.All(endpoints, endpoint => Assert.Equal(0, endpoint.ActiveRequests));

        void Call()
        {
            start.SignalAndWait();
            for (int call = 0; call < 1_000; call++)
            {
                FakeEndpoint endpoint = balancer.Pick(_clock.Now)!;
                endpoint.Enter();
                picked.AddOrUpdate(endpoint, 1, (_, count) => count + 1);
                endpoint.Latency.Observe(TimeSpan.FromMilliseconds(5), _clock.Now, new Decay(TimeSpan.FromSeconds(10)));
                endpoint.Leave();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Nothing_is_allocated(string policy, int[] weights)
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, weights);
        ILoadBalancer<FakeEndpoint> balancer = Create(policy, endpoints);
        balancer.Pick(0, endpoints);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int pick = 0; pick < 1_000; pick++)
        {
            balancer.Pick(pick);
            balancer.Pick(pick, endpoints);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_policy_that_is_not_known_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Create("99", []));

    private static ILoadBalancer<FakeEndpoint> Create(string policy, FakeEndpoint[] endpoints, Random? random = null) =>
        LoadBalancer.Create(
            new LoadBalancingSettings { Policy = Enum.Parse<BalancingPolicy>(policy) }, [.. endpoints], random: random ?? new Random(42));
}
