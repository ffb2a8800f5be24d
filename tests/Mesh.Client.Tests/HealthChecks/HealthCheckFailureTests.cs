using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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

    [Fact]
    public async Task A_handler_that_throws_when_it_is_cancelled_does_not_break_a_change_of_settings()
    {
        using StubbornHandler handler = new();
        int unobserved = 0;
        TaskScheduler.UnobservedTaskException += Count;
        await using CheckedMesh mesh = await CheckedMesh.StartWithAsync(
            Rules.Services(("catalog", CheckedMesh.Service(Check))),
            builder => builder.AddServiceMesh(mesh => mesh.UseHandler("catalog", handler)));
        await Eventually.Holds(() => handler.Asked == 1);

        mesh.Mesh.Change(Rules.Services(("catalog", CheckedMesh.Service("\"Http\": { \"Path\": \"/other\" }").Replace(
            "\"Retry\"", "\"Name\": \"changed\", \"Retry\"", StringComparison.Ordinal))));

        Assert.Empty(mesh.Mesh.Logs.Of("SettingsNotTaken"));
        Assert.Equal("changed", Assert.Single(mesh.Mesh.Service().Routes));
        await Eventually.Holds(() => (handler.Asked, handler.Cancelled) == (2, 1));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= Count;
        Assert.Equal(0, unobserved);

        void Count(object? sender, UnobservedTaskExceptionEventArgs failed) =>
            unobserved += failed.Exception.GetBaseException().Message == StubbornHandler.Complaint ? 1 : 0;
    }

    /// <summary>Never answers.</summary>
    private sealed class StubbornHandler : HttpMessageHandler
    {
        public const string Complaint = "It wants to go on.";

        private int _asked;
        private int _cancelled;

        public int Asked => Volatile.Read(ref _asked);

        public int Cancelled => Volatile.Read(ref _cancelled);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await using CancellationTokenRegistration registration = cancellationToken.Register(() =>
            {
                Interlocked.Increment(ref _cancelled);
                throw new InvalidOperationException(Complaint);
            });
            Interlocked.Increment(ref _asked);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Nothing ends the delay but the token.");
        }
    }
}
