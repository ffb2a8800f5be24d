namespace Mesh.Client.Sources;

/// <summary>Tells what the mesh's authority says of the calls that reach this process, for as long as the process runs.</summary>
internal interface IInboundPolicySource
{
    /// <summary>The newest. Null: there is an authority, and it is not known what it says: nothing may be let in.</summary>
    InboundPolicy? Current { get; }

    /// <summary>Why it is not known, or why it is not the newest, as a sentence; null: all is well.</summary>
    string? Trouble { get; }

    /// <summary>Another one holds from now on. Raised outside of locks, on any thread.</summary>
    event Action? Changed;
}
