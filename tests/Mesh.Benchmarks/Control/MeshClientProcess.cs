using System.Diagnostics;
using Mesh.Benchmarks.EndToEnd;
using Mesh.Client.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Benchmarks.Control;

/// <summary>A child that is a real client of the mesh, with many services.</summary>
internal static class MeshClientProcess
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    public static async Task RunAsync(string server)
    {
        IConfigurationRoot settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Mesh:ConfigServer:Addresses:0", $"http://{server}")]).Build();
        await using ServiceProvider services = new ServiceCollection().AddServiceMesh(settings.GetSection("Mesh"), settings).Services.BuildServiceProvider();
        MeshRuntime runtime = services.GetRequiredService<MeshRuntime>();
        Parent.Tell(new Started([], [Environment.ProcessId]));
        while (await Parent.HearAsync<ClientOrder>() is { } order)
        {
            MeshedService[] followed = [.. order.Services.Select(runtime.GetOrAdd)];
            long start = Stopwatch.GetTimestamp();
            while (followed.Sum(service => service.Endpoints.Length) != order.Endpoints && Stopwatch.GetElapsedTime(start) < s_patience)
            {
                await Task.Delay(s_tick);
            }

            long at = Stopwatch.GetTimestamp();
            if (order.Settles)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }

            Parent.Tell(new ClientReport(followed.Sum(service => service.Endpoints.Length), at, GC.GetTotalMemory(forceFullCollection: false)));
        }
    }
}
