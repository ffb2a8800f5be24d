using CsCheck;

using Mesh.Client.LoadBalancing;
using Mesh.Model;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class RoundRobinBalancerTests
{
    private static readonly LoadBalancingSettings s_settings = new() { Policy = BalancingPolicy.RoundRobin };

    private readonly MeshClock _clock = new(new FakeTimeProvider());

    [Fact]
    public void A_cycle_from_any_position_is_exactly_proportional_and_smooth() =>
        Gen.Select(Gen.Int[1, 12].Array[1, 8], Gen.Int[0, 1_000]).Sample((weights, offset) =>
        {
            FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, weights);
            ILoadBalancer<FakeEndpoint> balancer = Create(endpoints, seed: offset);
            FakeEndpoint[] cycle = [.. Enumerable.Range(0, weights.Sum()).Select(_ => balancer.Pick(0)!)];

            Assert.Equal(weights, Array.ConvertAll(endpoints, endpoint => cycle.Count(picked => picked == endpoint)));
            FakeEndpoint heaviest = endpoints.MaxBy(endpoint => endpoint.Weight)!;
            for (int pick = 1; pick < cycle.Length; pick++)
            {
                Assert.True(
                    cycle[pick] != cycle[pick - 1] || (cycle[pick] == heaviest && heaviest.Weight * 2 > weights.Sum()));
            }
        });

    [Fact]
    public async Task Parallel_picks_are_exactly_proportional_too()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 2, 5);
        ILoadBalancer<FakeEndpoint> balancer = Create(endpoints);
        int rounds = 0;
        await Race.RunAsync(prepare: () => rounds++, left: Pick, right: Pick, check: () => { });

        Assert.Equal([100 * rounds, 200 * rounds, 500 * rounds], Array.ConvertAll(endpoints, endpoint => endpoint.ActiveRequests));

        void Pick()
        {
            for (int pick = 0; pick < 400; pick++)
            {
                balancer.Pick(0)!.Enter();
            }
        }
    }

    [Fact]
    public void A_rebuilt_balancer_goes_on_where_the_last_one_was()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1, 1, 1, 1);
        ILoadBalancer<FakeEndpoint> balancer = Create(endpoints);
        int last = Array.IndexOf(endpoints, balancer.Pick(0));
        for (int rebuild = 0; rebuild < 20; rebuild++)
        {
            balancer = LoadBalancer.Create(s_settings, [.. endpoints], balancer);
            int next = Array.IndexOf(endpoints, balancer.Pick(0));
            Assert.Equal((last + 1) % endpoints.Length, next);
            last = next;
        }
    }

    [Fact]
    public void A_set_that_changes_all_the_time_starves_none()
    {
        var picked = new Dictionary<FakeEndpoint, int>();
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1, 1, 1, 1);
        FakeEndpoint[] fewer = endpoints[..4];
        ILoadBalancer<FakeEndpoint> balancer = Create(endpoints);
        var random = new Random(7);
        for (int rebuild = 0; rebuild < 1_000; rebuild++)
        {
            balancer = LoadBalancer.Create(s_settings, rebuild % 2 == 0 ? [.. fewer] : [.. endpoints], balancer);
            for (int pick = random.Next(1, 4); pick > 0; pick--)
            {
                FakeEndpoint endpoint = balancer.Pick(0)!;
                picked[endpoint] = picked.GetValueOrDefault(endpoint) + 1;
            }
        }

        double total = picked.Values.Sum();
        Assert.All(fewer, endpoint => Assert.InRange(picked[endpoint] / total, 0.19, 0.26));
        Assert.InRange(picked[endpoints[4]] / total, 0.07, 0.13);
    }

    [Fact]
    public void Processes_start_at_different_endpoints()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1, 1, 1, 1);

        Assert.Equal(5, Enumerable.Range(0, 100).Select(seed => Create(endpoints, seed).Pick(0)).Distinct().Count());
    }

    [Fact]
    public void A_balancer_of_another_policy_leaves_no_position()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1);
        ILoadBalancer<FakeEndpoint> other = LoadBalancer.Create<FakeEndpoint>(new LoadBalancingSettings(), [.. endpoints]);

        Assert.Contains(LoadBalancer.Create(s_settings, [.. endpoints], other).Pick(0), endpoints);
    }

    private static ILoadBalancer<FakeEndpoint> Create(FakeEndpoint[] endpoints, int seed = 42) =>
        LoadBalancer.Create<FakeEndpoint>(s_settings, [.. endpoints], random: new Random(seed));
}
