using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.HealthChecks;

/// <summary>Code of others that fails where health checks meet it: neither they nor the settings suffer.</summary>
public sealed class HealthCheckFailureTests
{
    private const string Check = "\"Http\": { \"Path\": \"/healthz\" }";

    [Theory]
    [InlineData("EndpointUnhealthy")]
    [InlineData("EndpointUnhealthy", "HealthCheckFailed")]
    public async Task A_log_that_throws_does_not_end_the_checks(params string[] events)
    {
        int status = 503;
        await using Backend backend = await Backend.StartAsync("one", context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        ThrowingLog log = new(events) { Throws = true };
        await using CheckedMesh mesh = await CheckedMesh.StartWithAsync(CheckedMesh.Rules(Check, backend.Address), builder => builder.Logging.AddProvider(log));
        await mesh.ChecksEndAsync();
        Assert.Equal(EndpointState.Unhealthy, mesh.Of(backend.Address).State);
        FakeLogRecord line = Assert.Single(mesh.Mesh.Logs.Of("HealthCheckFailed"));
        Assert.Equal(
            (23, LogLevel.Error, $"What the health check of {backend.Address} of 'catalog' found could not be entered."), (line.Id.Id, line.Level, line.Message));
        Assert.Equal("The disk is full.", line.Exception?.GetBaseException().Message);

        status = 200;
        await mesh.CheckAgainAsync();

        Assert.Equal((EndpointState.Ready, null), mesh.Of(backend.Address));
        Assert.Single(mesh.Mesh.Logs.Of("EndpointHealthy"));
        Assert.Single(mesh.Mesh.Logs.Of("HealthCheckFailed"));
    }
}
