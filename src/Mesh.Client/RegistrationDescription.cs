namespace Mesh.Client;

/// <summary>What the config server was told of this process, and tells others.</summary>
public sealed class RegistrationDescription
{
    /// <summary>Tells this process from others of its service.</summary>
    public required string Instance { get; init; }

    /// <summary>The address of the server that has the registration; null: none has it at the moment, as far as this process knows.</summary>
    public required string? Server { get; init; }

    /// <summary>Where others are told that this process listens; empty: the server has not said yet.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Why the process is not registered, in words; null: it is, or it is yet to hear.</summary>
    public required string? Trouble { get; init; }
}
