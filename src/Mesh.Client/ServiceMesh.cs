using System.Diagnostics.Metrics;
using Mesh.Client.Calls;
using Mesh.Client.Hosting;
using Mesh.Client.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client;

/// <summary>A mesh for programs without dependency injection.</summary>
public sealed class ServiceMesh : IServiceMesh, IAsyncDisposable, IDisposable
{
    private readonly CallPool _calls;
    private readonly IMeterFactory _meters;
    private readonly IInboundHalf? _inbound;
    private readonly ServiceProvider? _services;

    internal ServiceMesh(CallPool calls, IMeterFactory meters, IInboundHalf? inbound = null, ServiceProvider? services = null)
    {
        _calls = calls;
        _meters = meters;
        _inbound = inbound;
        _services = services;
    }

    /// <summary>
    /// Begins a mesh by the rules in <paramref name="configuration"/>, which are followed while it runs. Dispose it after the clients that
    /// use it.
    /// </summary>
    /// <param name="configuration">The section that holds what <c>Mesh</c> holds in appsettings.json.</param>
    /// <param name="loggers">Where the mesh logs its changes of state; null: nowhere.</param>
    /// <param name="root">
    /// The configuration that the section is part of. It tells which files the section comes from, without which a list that two files
    /// put together is no fault, and a file that breaks or vanishes while the mesh runs is not told from one that was emptied on purpose.
    /// </param>
    /// <exception cref="MeshConfigurationException">The section is faulty. Every fault is named.</exception>
    public static async Task<ServiceMesh> CreateAsync(IConfigurationSection configuration, ILoggerFactory? loggers = null, IConfiguration? root = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);

        ServiceCollection collection = new();
        collection.AddLogging();
        if (loggers is not null)
        {
            collection.AddSingleton(loggers);
        }

        collection.AddServiceMesh(configuration, root);
        ServiceProvider services = collection.BuildServiceProvider();
        try
        {
            return new ServiceMesh(services.GetRequiredService<CallPool>(), services.GetRequiredService<IMeterFactory>(), services: services);
        }
        catch
        {
            await services.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public HttpMessageHandler CreateHandler() => new MeshHandler(new Lazy<CallPool>(_calls), new SocketsHttpHandler { MeterFactory = _meters });

    /// <inheritdoc />
    public MeshDescription Describe() => MeshDescriber.Describe(_calls.Runtime, _inbound?.Describe());

    /// <summary>Ends the mesh. Calls in flight end by themselves; new ones fail.</summary>
    public ValueTask DisposeAsync() => _services?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => _services?.Dispose();
}
