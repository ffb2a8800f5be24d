namespace Mesh.Model.Documents;

/// <summary>What became of a text.</summary>
internal enum ParseState
{
    Bad,
    Good,

    /// <summary>It is understood, but does not work yet.</summary>
    NotSupportedYet,
}

/// <summary>A text's value, or why it has none.</summary>
internal readonly record struct Parsed<T>(ParseState State, T Value, string? Reason)
{
    public static implicit operator Parsed<T>(T value) => new(ParseState.Good, value, null);
}

/// <summary>The ways to end a parse other than well.</summary>
internal static class Parsed
{
    /// <param name="reason">A sentence to add to what is allowed.</param>
    public static Parsed<T> Bad<T>(string? reason = null) => new(ParseState.Bad, default!, reason);

    /// <param name="value">What it will mean, if the records have words for it already.</param>
    public static Parsed<T> NotSupportedYet<T>(T? value = default) => new(ParseState.NotSupportedYet, value!, null);
}
