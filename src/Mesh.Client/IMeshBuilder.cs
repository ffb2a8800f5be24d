using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client;

/// <summary>What <c>AddServiceMesh()</c> hands out to shape the mesh of one application.</summary>
public interface IMeshBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }
}
