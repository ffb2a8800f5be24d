using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class XdsLifetimeTests
{
    [Fact]
    public async Task The_mesh_is_known_before_anything_starts_that_was_added_earlier()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService<Early>();
        builder.Services.AddMetrics();
        builder.Services.AddMeshXds();
        builder.Services.AddSingleton<IMeshStates>(new FakeStates("a.default=1"));
        using IHost host = builder.Build();

        await host.StartAsync(TestContext.Current.CancellationToken);

        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Early(MeshBroadcast broadcast) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            Assert.NotNull(broadcast.Interests.Snapshot);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
