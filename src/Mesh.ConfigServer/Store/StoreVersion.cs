namespace Mesh.ConfigServer.Store;

/// <summary>A moment of a store: within an epoch generations grow, a restored backup starts a new epoch.</summary>
internal readonly record struct StoreVersion(long Epoch, long Generation)
{
    public override string ToString() => $"{Epoch}.{Generation}";
}
