namespace Mesh.Model.Authorization;

/// <summary>
/// What the words of a policy mean for a text of a call. Where a match leads to a refusal they are compared widely: case does not matter, nor do slashes
/// at the end of a path, for an application takes <c>/Admin/</c> for <c>/admin</c>. Where it leads to a permission, they are compared letter by letter.
/// </summary>
internal static class Words
{
    public static IEnumerable<(CallText Text, Word Word)> Of(CallText text, IEnumerable<string> words, bool isWide) =>
        words.SelectMany(word => Of(text, word, isWide));

    private static (CallText Text, Word Word)[] Of(CallText text, string word, bool isWide) => text switch
    {
        CallText.Path when isWide => [.. WithoutSlashes(Word.Of(word)).Select(path => (text, path))],
        CallText.Host => [(CallTexts.HasPort(word) ? CallText.Host : CallText.HostName, Word.Of(word))],

        // Controllers' patterns have no slash in front. A star in a pattern is its own.
        CallText.Route when word is ['/', _, ..] or [not '/', ..] =>
            [(text, new Word(WordForm.Exact, word)), (text, new Word(WordForm.Exact, word[0] == '/' ? word[1..] : $"/{word}"))],
        CallText.Route => [(text, new Word(WordForm.Exact, word))],
        _ => [(text, Word.Of(word))],
    };

    /// <summary>For paths that have lost theirs: <c>/admin/*</c> takes <c>/admin</c>, too, for <c>/admin/</c> is the same.</summary>
    private static Word[] WithoutSlashes(Word word) => word switch
    {
        { Form: WordForm.Prefix, Text: [.., '/'] } => [word, new(WordForm.Exact, word.Text.TrimEnd('/'))],
        { Form: WordForm.Prefix } => [word],

        // No path is empty, but that of the root is by now.
        { Form: WordForm.Any } => [new(WordForm.Prefix, "")],
        _ => [word with { Text = word.Text.TrimEnd('/') }],
    };
}
