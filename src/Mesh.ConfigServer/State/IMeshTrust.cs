namespace Mesh.ConfigServer.State;

/// <summary>Whom the mesh believes, as it goes on.</summary>
internal interface IMeshTrust
{
    MeshTrust Current { get; }

    /// <summary>Another one holds from now on. Raised outside of locks, on any thread.</summary>
    event Action? Changed;
}
