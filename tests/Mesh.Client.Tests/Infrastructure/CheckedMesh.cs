using Mesh.Client.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A mesh whose endpoints are asked whether they are well when the test says so.</summary>
internal sealed class CheckedMesh : IAsyncDisposable
{
    /// <summary>What stands in the rules of a check. No retries, for nobody would end the wait before them.</summary>
    public const string Timing = "\"Interval\": \"10s\", \"Timeout\": \"1s\"";

    // A tenth less than the interval is what the random numbers come to.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(9);

    private readonly WatchedTime _time;

    private CheckedMesh(TestMesh mesh, WatchedTime time)
    {
        Mesh = mesh;
        _time = time;
    }

    public TestMesh Mesh { get; }

    public WatchedTime Time => _time;

    /// <summary>The service <c>catalog</c>.</summary>
    /// <param name="check">The keys of its <c>HealthCheck</c>, but for the times.</param>
    /// <param name="backends">Its endpoints.</param>
    public static Task<CheckedMesh> StartAsync(string check, params IEnumerable<string> backends) => StartWithAsync(Rules(check, backends));

    public static async Task<CheckedMesh> StartWithAsync(string rules, Action<IHostApplicationBuilder>? configure = null, WatchedTime? time = null)
    {
        WatchedTime watched = time ?? new WatchedTime(DateTimeOffset.UnixEpoch);
        return new CheckedMesh(
            await TestMesh.StartAsync(rules, builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(watched);
                builder.Services.AddSingleton(new HealthCheckOptions { Random = new LeastRandom() });
                configure?.Invoke(builder);
            }),
            watched);
    }

    public static string Rules(string check, params IEnumerable<string> backends) =>
        Infrastructure.Rules.Catalog(Service(check), backends);

    /// <summary>The keys of a service with this check, whose endpoints take turns and are never ejected.</summary>
    public static string Service(string check) =>
        $$"""
        "HealthCheck": { {{check}}, {{Timing}} }, "LoadBalancing": { "Policy": "RoundRobin", "PanicThreshold": 0 },
        "OutlierDetection": { "ConsecutiveErrors": 0, "MinReadyEndpoints": 0 }, "Routes": [ { "Retry": { "Attempts": 0 } } ]
        """;

    /// <summary>Waits until so many checks have ended.</summary>
    public async Task ChecksEndAsync(int checks = 1)
    {
        while (checks > 0)
        {
            if (await _time.NextWait() == s_pause)
            {
                checks--;
            }
        }
    }

    /// <summary>Lets the time pass until the next checks, and waits until so many have ended.</summary>
    public Task CheckAgainAsync(int checks = 1)
    {
        _time.Advance(s_pause);
        return ChecksEndAsync(checks);
    }

    /// <summary>What a backend's endpoint is like.</summary>
    public (EndpointState State, string? Reason) Of(string address)
    {
        EndpointDescription endpoint = Mesh.Endpoint(address);
        return (endpoint.State, endpoint.Reason);
    }

    public ValueTask DisposeAsync() => Mesh.DisposeAsync();

    private sealed class LeastRandom : Random
    {
        public override double NextDouble() => 0;
    }
}
