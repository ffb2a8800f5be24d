using System.Net;
using Mesh.ConfigServer.HealthChecks;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Registry;
using Mesh.Model;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.ConfigServer.Tests.HealthChecks;

/// <summary>A registry whose instances are asked over real connections, at times that the test makes pass.</summary>
internal sealed class ChecksBench : IDisposable
{
    // What is real takes real time, while the clock runs fast.
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(10);

    private readonly FakeLogger<InstanceChecks> _logger = new();
    private readonly CheckSchedule _schedule;
    private readonly InstanceChecks _checks;

    /// <param name="known">What an earlier server knew.</param>
    /// <param name="own">Where the server itself listens.</param>
    public ChecksBench(Registration[]? known = null, IPEndPoint? own = null)
    {
        Bench = new RegistryBench(known, new RegistryOptions { Ttl = s_patience });
        _schedule = new CheckSchedule(Bench.Clock, new Random(7));
        _checks = new InstanceChecks(Bench.Registry, new CheckConnections(() => own is null ? [] : [own]), _schedule, _logger);
        _checks.Start();
    }

    public RegistryBench Bench { get; }

    public static HealthCheckSettings Http { get; } = new() { HttpPath = "/healthz", Timeout = s_patience };

    /// <summary>What was logged: <c>176 1: ...</c>.</summary>
    public string[] Log => [.. _logger.Collector.GetSnapshot().Select(line => $"{line.Id.Id} {line.Message}")];

    public static Registration Of(string instance, string address, HealthCheckSettings? check, long epoch = 1) =>
        RegistryBench.Of(instance, address: address, epoch: epoch) with { HealthCheck = check };

    public Task BecomesAsync(string instances) =>
        Eventually.Holds(() => Bench.InstancesOf() == instances, Pass, instances);

    /// <summary>It is asked so many times more.</summary>
    public async Task AsksAsync(CheckedApp app, int times)
    {
        int expected = app.Questions.Count + times;
        await Eventually.Holds(() => app.Questions.Count >= expected, Pass, $"{expected} questions");
    }

    public void Pass() => Bench.Clock.Advance(TimeSpan.FromMilliseconds(200));

    public void Dispose()
    {
        _checks.Dispose();
        Bench.Dispose();
        _schedule.Dispose();
    }
}
