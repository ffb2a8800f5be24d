using Mesh.Client.LoadBalancing;
using Mesh.Model;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class LeastRequestBalancerTests
{
    private static readonly LoadBalancingSettings s_settings = new() { Policy = BalancingPolicy.LeastRequest };

    private readonly MeshClock _clock = new(new FakeTimeProvider());

    [Fact]
    public void Of_two_the_one_with_fewer_calls_is_picked()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1);
        endpoints[0].Enter(3);
        endpoints[1].Enter(2);

        Assert.Equal(1_000, Count(endpoints[1], endpoints, 1_000));
    }

    [Fact]
    public void Latency_does_not_count()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1);
        endpoints[0].Enter(1);
        endpoints[1].Latency.ObserveFailure(_clock.Now, new Decay(s_settings.DecayTime));

        Assert.Equal(1_000, Count(endpoints[1], endpoints, 1_000));
    }

    [Fact]
    public void A_call_in_flight_weighs_less_on_a_heavier_endpoint()
    {
        // 2/3 of a call are fewer than one. Of sixteen pairs of draws only one is the light endpoint twice.
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 3, 1);
        endpoints[0].Enter(2);
        endpoints[1].Enter(1);

        Shares.AssertWithin(Count(endpoints[0], endpoints, 10_000), 10_000, 15.0 / 16);
    }

    [Fact]
    public void Where_calls_go_by_weight_the_first_one_drawn_is_picked()
    {
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 4, 2, 1);
        endpoints[0].Enter(4);
        endpoints[1].Enter(2);
        endpoints[2].Enter(1);

        for (int index = 0; index < endpoints.Length; index++)
        {
            Shares.AssertWithin(Count(endpoints[index], endpoints, 70_000), 70_000, endpoints[index].Weight / 7.0);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(16)]
    public void So_many_distinct_equal_endpoints_are_drawn_and_each_choice_alike(int choices)
    {
        // The idlest wins every choice that it is in, the second idlest all others, and so on.
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, 1, 1, 1, 1, 1, 1);
        int drawn = Math.Min(choices, endpoints.Length);
        for (int index = 0; index < endpoints.Length; index++)
        {
            endpoints[index].Enter(index);
        }

        for (int index = 0; index < endpoints.Length; index++)
        {
            int busier = endpoints.Length - 1 - index;
            Shares.AssertWithin(
                Count(endpoints[index], endpoints, 50_000, choices), 50_000, Choose(busier, drawn - 1) / Choose(endpoints.Length, drawn));
        }
    }

    [Fact]
    public void A_pick_draws_no_more_than_it_was_told_however_many_endpoints_there_are()
    {
        var random = new CountingRandom();
        FakeEndpoint[] endpoints = FakeEndpoint.Set(_clock, [.. Enumerable.Repeat(1, 10_000)]);
        LoadBalancer.Create<FakeEndpoint>(s_settings with { ChoiceCount = 5 }, [.. endpoints], random: random).Pick(0);

        Assert.Equal(5, random.Draws);
    }

    [Fact]
    public void A_slow_endpoint_gets_less_than_by_chance()
    {
        // By chance it would get a tenth, and hold ten calls at a time.
        var simulation = new Simulation(endpoints: 10, latency: index => index == 0 ? 200 : 10, settings: s_settings);
        int[] calls = simulation.Run(callsPerSecond: 500, TimeSpan.FromMinutes(2));

        Assert.InRange(calls[0], calls.Sum() * 0.001, calls.Sum() * 0.05);
        Assert.All(calls[1..], count => Assert.InRange(count, calls.Sum() * 0.09, calls.Sum() * 0.13));
    }

    [Fact]
    public void More_choices_keep_more_away_from_a_slow_endpoint()
    {
        static int Slow(int choices) => new Simulation(
            endpoints: 10, latency: index => index == 0 ? 200 : 10, settings: s_settings with { ChoiceCount = choices })
            .Run(callsPerSecond: 500, TimeSpan.FromMinutes(2))[0];

        Assert.InRange(Slow(choices: 5), 1, Slow(choices: 2) * 0.75);
    }

    [Fact]
    public void Under_load_the_shares_of_unequal_endpoints_follow_their_weights()
    {
        var simulation = new Simulation(endpoints: 3, latency: _ => 50, weights: [1, 2, 4], settings: s_settings);
        int[] calls = simulation.Run(callsPerSecond: 1_000, TimeSpan.FromMinutes(1));

        Assert.InRange(calls[0] / (double)calls.Sum(), 0.9 / 7, 1.1 / 7);
        Assert.InRange(calls[1] / (double)calls.Sum(), 1.8 / 7, 2.2 / 7);
        Assert.InRange(calls[2] / (double)calls.Sum(), 3.6 / 7, 4.4 / 7);
    }

    private static double Choose(int n, int k) => k > n ? 0 : Enumerable.Range(1, k).Aggregate(1.0, (product, i) => product * (n - k + i) / i);

    private int Count(FakeEndpoint endpoint, FakeEndpoint[] endpoints, int picks, int choices = 2)
    {
        ILoadBalancer<FakeEndpoint> balancer =
            LoadBalancer.Create<FakeEndpoint>(s_settings with { ChoiceCount = choices }, [.. endpoints], random: new Random(42));
        return Enumerable.Range(0, picks).Count(_ => balancer.Pick(_clock.Now) == endpoint);
    }

    private sealed class CountingRandom : Random
    {
        public int Draws { get; private set; }

        public override int Next(int maxValue)
        {
            Draws++;
            return base.Next(maxValue);
        }
    }
}
