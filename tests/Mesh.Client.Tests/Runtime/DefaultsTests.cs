using Mesh.Client.Runtime;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Runtime;

/// <summary><c>Mesh:Defaults</c>: what every service starts from.</summary>
public sealed class DefaultsTests
{
    [Fact]
    public async Task Declared_services_start_from_them_and_so_do_those_that_are_only_discovered()
    {
        FakeDiscovery discovery = new();
        discovery["pricing"].Have("127.0.0.1:1");
        await using TestMesh mesh = await TestMesh.StartAsync(Defaults(3), discovery.AddTo);
        await Record.ExceptionAsync(() => mesh.Client().GetTextAsync("http://pricing/"));

        Assert.Equal([(3, 7), (5, 7), (3, 7)], Limits());

        // A change of theirs reaches all that they hold for.
        mesh.Change(Defaults(4));

        await Eventually.Holds(() => Limits() is [(4, 7), (5, 7), (4, 7)]);

        (int, int)[] Limits() => [.. new[] { "catalog", "own", "pricing" }
            .Select(name => mesh.Services.GetRequiredService<MeshRuntime>().GetOrAdd(name).Rules.Settings)
            .Select(settings => (settings.OutlierDetection.ConsecutiveErrors, settings.CircuitBreaker.MaxRequests))];
    }

    private static string Defaults(int errors) => $$"""
        { "Defaults": { "OutlierDetection": { "ConsecutiveErrors": {{errors}} }, "CircuitBreaker": { "MaxRequests": 7 } },
          "Services": { "catalog": { "Endpoints": ["127.0.0.1:1"] }, "own": { "Endpoints": ["127.0.0.1:1"], "OutlierDetection": { "ConsecutiveErrors": 5 } } } }
        """;
}
