namespace Mesh.ConfigServer.Certificates;

/// <summary>The root is not changed so, or not now.</summary>
/// <param name="reason">Why, and what to do: a sentence.</param>
internal sealed class RotationRefusedException(string reason) : Exception(reason);
