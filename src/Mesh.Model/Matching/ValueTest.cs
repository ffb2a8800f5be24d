namespace Mesh.Model.Matching;

/// <summary>
/// A value match over something that a request may carry several times: it holds when it holds for any of the values. Inverted, it
/// must hold for none of them.
/// </summary>
internal struct ValueTest(ValueMatch match)
{
    private bool _isGiven;
    private bool _holds;

    /// <summary>Gets the values that are tested, for who explains the outcome; null: nobody asks.</summary>
    public List<string>? Seen { get; init; }

    public readonly bool Passes => _isGiven ? _holds != match.Invert : match.MatchesNone();

    public void Add(ReadOnlySpan<char> value)
    {
        Seen?.Add(value.ToString());
        _isGiven = true;
        _holds = _holds || match.Holds(value);
    }
}
