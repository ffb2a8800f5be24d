using Mesh.Client.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client;

/// <summary>A mesh for programs without dependency injection.</summary>
public sealed class ServiceMesh : IServiceMesh, IAsyncDisposable
{
    private readonly MeshRuntime _runtime;
    private readonly ServiceProvider? _services;

    internal ServiceMesh(MeshRuntime runtime, ServiceProvider? services = null)
    {
        _runtime = runtime;
        _services = services;
    }

    /// <summary>
    /// Begins a mesh by the rules in <paramref name="configuration"/>, which are followed while it runs. Dispose it after the clients that
    /// use it.
    /// </summary>
    /// <param name="configuration">The section that holds what <c>Mesh</c> holds in appsettings.json.</param>
    /// <param name="loggers">Where the mesh logs its changes of state; null: nowhere.</param>
    /// <exception cref="MeshConfigurationException">The section is faulty. Every fault is named.</exception>
    public static async Task<ServiceMesh> CreateAsync(IConfigurationSection configuration, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);

        ServiceCollection collection = new();
        collection.AddLogging();
        if (loggers is not null)
        {
            collection.AddSingleton(loggers);
        }

        collection.AddServiceMesh(configuration);
        ServiceProvider services = collection.BuildServiceProvider();
        try
        {
            return new ServiceMesh(services.GetRequiredService<MeshRuntime>(), services);
        }
        catch
        {
            await services.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public HttpMessageHandler CreateHandler() => new MeshHandler(_runtime, new SocketsHttpHandler());

    /// <inheritdoc />
    public MeshDescription Describe() => MeshDescriber.Describe(_runtime);

    /// <summary>Ends the mesh. Calls in flight end by themselves; new ones fail.</summary>
    public ValueTask DisposeAsync() => _services?.DisposeAsync() ?? ValueTask.CompletedTask;
}
