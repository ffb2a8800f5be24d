namespace Mesh.Client.Identity;

/// <summary>Gives the process its identity, and renews it for as long as the process runs.</summary>
internal interface IIdentitySource
{
    /// <summary>The newest; null: there is none, or the last one is past its time.</summary>
    WorkloadIdentity? Current { get; }

    /// <summary>
    /// There is one, was one, or is to be one: who takes the mesh's TLS is not called in plain text then. It never turns false again.
    /// </summary>
    bool IsSomebody { get; }

    /// <summary>Ends once there is one, or the first try for one has failed.</summary>
    Task FirstTry { get; }

    /// <summary>Why there is none, or why the last renewal failed, as a sentence; null: all is well.</summary>
    string? Trouble { get; }

    /// <summary>Where it comes from, for people; null: from nowhere.</summary>
    string? Description { get; }

    /// <summary>Another one holds from now on, or none. Raised outside of locks, on any thread.</summary>
    event Action? Changed;

    /// <summary>Until there is one.</summary>
    /// <exception cref="IdentityException">There is never going to be one.</exception>
    Task<WorkloadIdentity> WaitAsync(CancellationToken cancellationToken);
}
