using Mesh.Client.LoadBalancing;
using Mesh.Model;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.LoadBalancing;

/// <summary>Calls at random times to endpoints of given latencies, in virtual time.</summary>
internal sealed class Simulation(
    int endpoints, Func<int, double> latency, Func<int, bool>? fails = null, int[]? weights = null, LoadBalancingSettings? settings = null)
{
    private readonly LoadBalancingSettings _settings = settings ?? new();

    /// <summary>The calls that each endpoint got after a warm-up of ten seconds.</summary>
    public int[] Run(int callsPerSecond, TimeSpan duration)
    {
        var random = new Random(42);
        var time = new FakeTimeProvider();
        var clock = new MeshClock(time);
        var decay = new Decay(_settings.DecayTime);
        FakeEndpoint[] set = FakeEndpoint.Set(clock, weights ?? [.. Enumerable.Repeat(1, endpoints)]);
        ILoadBalancer<FakeEndpoint> balancer = LoadBalancer.Create<FakeEndpoint>(_settings, [.. set], random: random);
        int[] calls = new int[endpoints];
        var answers = new PriorityQueue<(int Endpoint, double Took), double>();
        double now = 0;
        while (now < duration.TotalSeconds)
        {
            now += -Math.Log(1 - random.NextDouble()) / callsPerSecond;
            while (answers.TryPeek(out var answer, out double at) && at <= now)
            {
                answers.Dequeue();
                AdvanceTo(at);
                Answer(answer.Endpoint, answer.Took);
            }

            AdvanceTo(now);
            int picked = Array.IndexOf(set, balancer.Pick(clock.Now));
            set[picked].Enter();
            double took = latency(picked) / 1_000 * (0.5 + random.NextDouble());
            answers.Enqueue((picked, took), now + took);
            calls[picked] += now > 10 ? 1 : 0;
        }

        return calls;

        void AdvanceTo(double seconds) => time.Advance(time.Start + TimeSpan.FromSeconds(seconds) - time.GetUtcNow());

        void Answer(int index, double took)
        {
            set[index].Leave();
            if (fails?.Invoke(index) == true)
            {
                set[index].Latency.ObserveFailure(clock.Now, decay);
            }
            else
            {
                set[index].Latency.Observe(TimeSpan.FromSeconds(took), clock.Now, decay);
            }
        }
    }
}
