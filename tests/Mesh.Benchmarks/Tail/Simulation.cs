using Mesh.Benchmarks.Micro;
using Mesh.Client;
using Mesh.Client.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Benchmarks.Tail;

/// <summary>
/// One run: the mesh as it is, from HttpClient to where the network would be, on a fleet and a clock of its own. Everything happens on the
/// calling thread.
/// </summary>
internal static class Simulation
{
    public static TailSample Run(TailCase @case, TailVariant variant, int seed, int calls)
    {
        VirtualTime time = new();

        // Other numbers than the traffic's.
        Fleet fleet = new(@case.Odd, time, new Random(~seed));
        ServiceProvider[] meshes = [.. Enumerable.Range(0, @case.Callers).Select(_ => Mesh(variant, time, fleet))];
        HttpClient[] callers = [.. meshes.Select(mesh => HttpCall.CreateClient(mesh.GetRequiredService<IServiceMesh>().CreateHandler()))];
        try
        {
            Generator generator = new(callers, time, new Traffic(@case.Load * Fleet.Capacity, seed), calls);
            generator.Start();
            time.Run();
            generator.CheckEnd();
            return TailSample.Of(generator, fleet);
        }
        finally
        {
            Array.ForEach(callers, caller => caller.Dispose());
            Array.ForEach(meshes, mesh => mesh.Dispose());
        }
    }

    private static ServiceProvider Mesh(TailVariant variant, VirtualTime time, Fleet fleet)
    {
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton<ITransportFactory>(new BackendTransport(fleet.Backends));
        services.AddServiceMesh(variant.Rules());
        return services.BuildServiceProvider();
    }
}
