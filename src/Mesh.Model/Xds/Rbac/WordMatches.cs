using Mesh.Model.Authorization;

namespace Mesh.Model.Xds;

/// <summary>Words of policies as tests of a text.</summary>
internal static class WordMatches
{
    /// <param name="word">Not <c>*</c>.</param>
    /// <param name="ignoreCase">Whether case does not matter.</param>
    /// <param name="before">What stands before it in the text, where that is known.</param>
    /// <param name="after">What stands after it.</param>
    public static Wire.StringMatcher Of(Word word, bool ignoreCase, string before = "", string after = "") => word.Form switch
    {
        WordForm.Exact => new() { Exact = before + word.Text + after, IgnoreCase = ignoreCase },
        WordForm.Prefix => new() { Prefix = before + word.Text, IgnoreCase = ignoreCase },
        WordForm.Suffix => new() { Suffix = word.Text + after, IgnoreCase = ignoreCase },
        _ => throw new InvalidOperationException($"'{word.Form}' is no test of a part of a text."),
    };
}
