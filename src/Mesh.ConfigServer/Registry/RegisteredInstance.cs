namespace Mesh.ConfigServer.Registry;

/// <summary>A process that has registered, at one moment.</summary>
/// <param name="Registration">What it says.</param>
/// <param name="State">How it is.</param>
/// <param name="Silence">Since when it was not heard; of a restored one since the server started.</param>
/// <param name="Reason">Why it is unhealthy; null: it is not.</param>
internal sealed record RegisteredInstance(Registration Registration, InstanceState State, TimeSpan Silence, string? Reason = null);
