namespace Mesh.Client.Identity;

/// <summary>There is no identity to be had there.</summary>
/// <param name="message">Why, as a sentence.</param>
/// <param name="cause">What was tried.</param>
internal sealed class IdentityException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Nothing has failed: who was asked gives identities to nobody.</summary>
    public bool HasNone { get; init; }
}
