namespace Mesh.Soak.Shop;

/// <summary>How long it took until something was known, each time.</summary>
internal sealed class Belief(string when)
{
    private readonly List<TimeSpan> _times = [];
    private readonly List<string> _late = [];

    /// <summary>What was not in time.</summary>
    public IReadOnlyCollection<string> Late => _late;

    public string Found => _times.Count == 0 ? "never" : $"{_times.Count} times, at the latest {_times.Max().TotalSeconds:0.0} s {when}";

    /// <param name="took">Null: too long.</param>
    /// <param name="shop">Says what is.</param>
    public void Add(TimeSpan? took, Shop shop)
    {
        if (took is { } time)
        {
            _times.Add(time);
        }
        else
        {
            _late.Add(shop.DescribeBelief());
        }
    }
}
