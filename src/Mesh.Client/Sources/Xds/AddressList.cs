namespace Mesh.Client.Sources.Xds;

/// <summary>Which server is asked next: the first that answers, in order, and an earlier one again once it is back.</summary>
internal sealed class AddressList(IReadOnlyList<Uri> addresses)
{
    private int _index;

    public Uri Current => addresses[_index];

    /// <summary>Those that are preferred to the current one.</summary>
    public IEnumerable<Uri> Earlier => addresses.Take(_index);

    /// <summary>The current one has failed: the next is to be tried.</summary>
    /// <returns>True: all have failed in turn, so that one waits before it begins anew.</returns>
    public bool MoveOn()
    {
        _index = (_index + 1) % addresses.Count;
        return _index == 0;
    }

    /// <summary>An earlier one is back.</summary>
    public void Return(Uri address) => _index = Math.Max(0, addresses.ToList().IndexOf(address));
}
