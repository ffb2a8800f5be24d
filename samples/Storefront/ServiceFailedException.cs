namespace Storefront;

/// <summary>A service did not come up.</summary>
internal sealed class ServiceFailedException(string message) : Exception(message);
