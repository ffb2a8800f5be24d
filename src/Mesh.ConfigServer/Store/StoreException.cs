namespace Mesh.ConfigServer.Store;

/// <summary>The store does not do what it was asked to. Nothing was changed; the message names the place and the remedy.</summary>
internal sealed class StoreException(StoreFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreFailure Failure => failure;
}
