namespace Mesh.ConfigServer.State;

/// <summary>The state of the mesh as it goes on.</summary>
internal interface IMeshStates
{
    MeshState Current { get; }

    /// <summary>
    /// Calls the observer with the state in force, now and after changes, one call after the other: while it is busy several changes become
    /// one, until the result is disposed.
    /// </summary>
    IDisposable Subscribe(Action<MeshState> observer);
}
