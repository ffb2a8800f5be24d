namespace Mesh.Model.Matching;

/// <summary>
/// A value match over something that a request may carry several times: it holds when it holds for any of the values. Inverted, it
/// must hold for none of them.
/// </summary>
internal struct ValueTest(ValueMatch match)
{
    private bool _isGiven;
    private bool _holds;

    public readonly bool Passes => _isGiven ? _holds != match.Invert : match.MatchesNone();

    public void Add(ReadOnlySpan<char> value)
    {
        _isGiven = true;
        _holds = _holds || match.Holds(value);
    }
}
