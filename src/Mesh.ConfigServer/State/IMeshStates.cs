namespace Mesh.ConfigServer.State;

/// <summary>The state of the mesh as it goes on.</summary>
internal interface IMeshStates
{
    MeshState Current { get; }

    /// <summary>
    /// Calls the observer with the state in force, now and after each change, one after the other, until the result is disposed.
    /// </summary>
    IDisposable Subscribe(Action<MeshState> observer);
}
