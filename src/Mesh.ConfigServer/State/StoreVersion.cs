namespace Mesh.ConfigServer.State;

/// <summary>A moment of a store: within an epoch generations grow, a restored backup starts a new epoch.</summary>
internal readonly record struct StoreVersion(long Epoch, long Generation)
{
    /// <summary>The one that follows by a write.</summary>
    public StoreVersion Next => this with { Generation = Generation + 1 };

    public override string ToString() => $"{Epoch}.{Generation}";
}
