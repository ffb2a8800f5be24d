namespace Mesh.ConfigServer.State;

/// <summary>A moment of a store: within an epoch generations grow, a restored backup starts a new epoch.</summary>
internal readonly record struct StoreVersion(long Epoch, long Generation)
{
    /// <summary>The one that follows by a write.</summary>
    public StoreVersion Next => this with { Generation = Generation + 1 };

    /// <summary>
    /// That of a backup once it has taken the place of another. A clock that went wrong must not lead back into an epoch that clients know.
    /// </summary>
    public StoreVersion RestoredOver(StoreVersion replaced, DateTimeOffset now) => new(
        Math.Max(now.ToUnixTimeMilliseconds(), Math.Max(replaced.Epoch, Epoch) + 1), Math.Max(replaced.Generation, Generation) + 1);

    public override string ToString() => $"{Epoch}.{Generation}";
}
