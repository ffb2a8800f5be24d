namespace Mesh.ConfigServer.Certificates;

/// <summary>How far the change of a root is.</summary>
internal enum RotationPhase
{
    /// <summary>There is one root.</summary>
    None,

    /// <summary>A new root is trusted, and issues nothing yet.</summary>
    Distribute,

    /// <summary>What is issued is of the one root; the other is trusted until what it issued has ended.</summary>
    Use,
}
