using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Hosting;

/// <summary>The one builder of an application's mesh.</summary>
internal sealed class MeshBuilder(IServiceCollection services) : IMeshBuilder
{
    public IServiceCollection Services => services;
}
