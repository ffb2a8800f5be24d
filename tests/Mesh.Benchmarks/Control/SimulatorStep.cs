namespace Mesh.Benchmarks.Control;

/// <summary>What a simulator can be asked.</summary>
internal enum SimulatorStep
{
    /// <summary>Connects a group, and waits until all are in sync.</summary>
    Connect,

    /// <summary>Counts from now on.</summary>
    Begin,

    /// <summary>Waits until each client of a group was told something since the counting began.</summary>
    AwaitSeen,

    /// <summary>Waits until each client of a group is in sync.</summary>
    AwaitSync,

    /// <summary>Tells how things are.</summary>
    Look,
}
