using Mesh.Client.LoadBalancing;
using Mesh.Model;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class PeakEwmaBalancerTests
{
    private static readonly Decay s_decay = new(TimeSpan.FromSeconds(10));

    private readonly FakeTimeProvider _time = new();
    private readonly MeshClock _clock;

    public PeakEwmaBalancerTests() => _clock = new MeshClock(_time);

    [Fact]
    public void Of_two_the_faster_is_picked()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1);
        Observe(endpoints[0], 20);
        Observe(endpoints[1], 10);

        AssertAlways(endpoints[1], endpoints);
    }

    [Fact]
    public void Calls_in_flight_multiply_the_cost()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1);
        Observe(endpoints[0], 21);
        Observe(endpoints[1], 10);
        endpoints[1].Enter(1);
        AssertAlways(endpoints[1], endpoints);

        endpoints[1].Enter(1);
        AssertAlways(endpoints[0], endpoints);
    }

    [Fact]
    public void A_call_in_flight_weighs_less_on_a_heavier_endpoint()
    {
        // Mean weight 2: the calls amount to 3 · 2/3 = 2 and to 1 · 2/1 = 2, so latency decides.
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 3, 1);
        endpoints[0].Enter(3);
        endpoints[1].Enter(1);
        Observe(endpoints[0], 10);
        Observe(endpoints[1], 10.1);

        // Both draws hit the same one at times: of sixteen pairs only one is the light one twice.
        Shares.AssertWithin(Count(endpoints[0], endpoints, 10_000), 10_000, 15.0 / 16);
    }

    [Fact]
    public void Every_pair_of_equal_endpoints_is_drawn_alike()
    {
        // The fastest wins every pair that it is in, the second fastest all others, and so on: none is drawn with itself.
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1, 1, 1, 1);
        for (int index = 0; index < endpoints.Length; index++)
        {
            Observe(endpoints[index], 10 * (index + 1));
        }

        for (int index = 0; index < endpoints.Length; index++)
        {
            Shares.AssertWithin(Count(endpoints[index], endpoints, 50_000), 50_000, (4 - index) / 10.0);
        }
    }

    [Fact]
    public void An_endpoint_without_an_answer_is_tried_by_one_call_at_a_time()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1);
        Observe(endpoints[0], 1_000);
        endpoints[0].Enter(100);
        AssertAlways(endpoints[1], endpoints);

        endpoints[1].Enter(1);
        AssertAlways(endpoints[0], endpoints);
    }

    [Fact]
    public void Of_two_without_an_answer_the_one_with_fewer_calls_is_picked()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1);
        endpoints[0].Enter(2);
        endpoints[1].Enter(1);

        AssertAlways(endpoints[1], endpoints);
    }

    [Fact]
    public void A_call_that_was_slow_for_the_start_of_its_caller_keeps_no_calls_away()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1);
        ILoadBalancer<FakeEndpoint> balancer = LoadBalancer.Create<FakeEndpoint>(new LoadBalancingSettings(), [.. endpoints], random: new Random(42));
        endpoints[0].Latency.Observe(TimeSpan.FromMilliseconds(300), _clock.Now, s_decay, isCold: true);
        Observe(endpoints[1], 1);
        int[] calls = new int[2];
        for (int call = 0; call < 1_000; call++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            FakeEndpoint picked = balancer.Pick(_clock.Now)!;
            calls[Array.IndexOf(endpoints, picked)]++;
            Observe(picked, 1);
        }

        Assert.All(calls, count => Assert.InRange(count, 300, 700));
    }

    [Fact]
    public void An_endpoint_whose_only_answer_came_cold_is_tried_by_one_call_at_a_time_too()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1);
        Observe(endpoints[0], 10);
        endpoints[1].Latency.Observe(TimeSpan.FromMilliseconds(300), _clock.Now, s_decay, isCold: true);
        AssertAlways(endpoints[1], endpoints);

        endpoints[1].Enter(1);
        AssertAlways(endpoints[0], endpoints);
    }

    [Fact]
    public void A_seed_keeps_a_newcomer_from_taking_everything()
    {
        FakeEndpoint known = new(_clock);
        FakeEndpoint newcomer = new(_clock, seed: TimeSpan.FromMilliseconds(10));
        Observe(known, 9);

        AssertAlways(known, [known, newcomer]);
    }

    [Fact]
    public void A_slow_endpoint_gets_next_to_nothing()
    {
        var simulation = new Simulation(endpoints: 10, latency: index => index == 0 ? 200 : 10);
        int[] calls = simulation.Run(callsPerSecond: 500, TimeSpan.FromMinutes(2));

        Assert.InRange(calls[0], 1, calls.Sum() * 0.02);
        Assert.All(calls[1..], count => Assert.InRange(count, calls.Sum() * 0.09, calls.Sum() * 0.13));
    }

    [Fact]
    public void An_endpoint_that_fails_fast_does_not_attract_calls()
    {
        static double Share(bool penalised)
        {
            var simulation = new Simulation(endpoints: 10, latency: index => index == 0 ? 1 : 10, fails: index => penalised && index == 0);
            int[] calls = simulation.Run(callsPerSecond: 500, TimeSpan.FromMinutes(2));
            return (double)calls[0] / calls.Sum();
        }

        Assert.InRange(Share(penalised: true), 0.00001, 0.005);
        Assert.InRange(Share(penalised: false), 0.15, 1);
    }

    [Fact]
    public void Under_load_the_shares_of_unequal_endpoints_follow_their_weights()
    {
        var simulation = new Simulation(endpoints: 3, latency: _ => 50, weights: [1, 2, 4]);
        int[] calls = simulation.Run(callsPerSecond: 1_000, TimeSpan.FromMinutes(1));

        Assert.InRange(calls[0] / (double)calls.Sum(), 0.9 / 7, 1.1 / 7);
        Assert.InRange(calls[1] / (double)calls.Sum(), 1.8 / 7, 2.2 / 7);
        Assert.InRange(calls[2] / (double)calls.Sum(), 3.6 / 7, 4.4 / 7);
    }

    private int Count(FakeEndpoint endpoint, FakeEndpoint[] endpoints, int picks)
    {
        ILoadBalancer<FakeEndpoint> balancer =
            LoadBalancer.Create<FakeEndpoint>(new LoadBalancingSettings(), [.. endpoints], random: new Random(42));
        return Enumerable.Range(0, picks).Count(_ => balancer.Pick(_clock.Now) == endpoint);
    }

    private void AssertAlways(FakeEndpoint endpoint, FakeEndpoint[] endpoints) =>
        Assert.Equal(1_000, Count(endpoint, endpoints, 1_000));

    private void Observe(FakeEndpoint endpoint, double milliseconds) =>
        endpoint.Latency.Observe(TimeSpan.FromMilliseconds(milliseconds), _clock.Now, s_decay);
}
