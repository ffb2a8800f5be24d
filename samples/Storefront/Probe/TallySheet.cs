using System.Collections;

namespace Storefront.Probe;

/// <summary>One tally for each version of each service, made when first asked for.</summary>
internal sealed class TallySheet : IEnumerable<Tally>
{
    private readonly Dictionary<(string Service, string? Version), Tally> _tallies = [];

    public Tally this[string service, string? version]
    {
        get
        {
            if (!_tallies.TryGetValue((service, version), out Tally? tally))
            {
                tally = _tallies[(service, version)] = new Tally { Service = service, Version = version };
            }

            return tally;
        }
    }

    public void Add(Tally tally)
    {
        this[tally.Service, tally.Version].Add(tally);
    }

    public void Clear() => _tallies.Clear();

    public IEnumerator<Tally> GetEnumerator() => _tallies.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
