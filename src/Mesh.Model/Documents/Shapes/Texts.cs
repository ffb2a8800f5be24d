using System.Buffers;

namespace Mesh.Model.Documents;

/// <summary>Settings that are texts.</summary>
internal static class Texts
{
    private static readonly string[] s_framing = ["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade"];

    /// <summary>A number, true or false is the text that stands in the file.</summary>
    private static readonly string[] s_anyScalar = ["string", "number", "boolean"];

    private static readonly SearchValues<char> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whatever it is, the empty text too.</summary>
    public static Scalar<string> Any { get; } = new("a text", text => text, value => value.Length == 0 ? null : value)
    {
        JsonTypes = s_anyScalar,
    };

    /// <summary>The value of a label. A JSON boolean is the word that stands in the file, so that it equals one in quotes.</summary>
    public static Scalar<string> Label { get; } = new("a text", text => IsJsonBoolean(text) ? text.ToLowerInvariant() : text, Any.Format)
    {
        JsonTypes = s_anyScalar,
    };

    /// <summary>Something that can be seen.</summary>
    public static Scalar<string> Line { get; } = new(
        "a line of text",
        text => text.Length > 0 && text.Trim() == text && !text.Any(char.IsControl)
            ? text : Parsed.Bad<string>("It must not be empty, nor have white space around it or control characters."),
        value => value)
    {
        JsonTypes = s_anyScalar,
        Pattern = @"^\S(.*\S)?$",
    };

    /// <summary>RFC 9110, 5.6.2: methods and names of headers.</summary>
    public static Scalar<string> Token { get; } = Of(
        "an HTTP token: letters, digits and !#$%&'*+-.^_`|~", text => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(s_token),
        @"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$");

    /// <summary>A token in capitals.</summary>
    public static Scalar<string> Method { get; } = new(
        "an HTTP method, such as GET",
        text => Token.Parse(text).State is ParseState.Good ? text.ToUpperInvariant() : Parsed.Bad<string>(),
        value => value);

    /// <summary>A header that may be edited. Those that tell where a message ends, or who keeps the connection, may not.</summary>
    public static Scalar<string> EditedHeader { get; } = new("the name of a header", ParseEditedHeader, value => value);

    /// <summary>What can stand in a header: nothing that would end its line.</summary>
    public static Scalar<string> HeaderValue { get; } = new(
        "a text without line breaks",
        text => text.Any(c => char.IsControl(c) && c != '\t') ? Parsed.Bad<string>("It has a control character in it.") : text,
        value => value.Length == 0 ? null : value)
    {
        JsonTypes = s_anyScalar,
    };

    /// <summary>A path that a request can have.</summary>
    public static Scalar<string> Path { get; } = new(
        "a path that starts with '/', percent-encoded, without query and fragment", ParsePath, value => value)
    {
        Pattern = "^/[^?#{}]*$",
    };

    /// <summary>Whether it is how configuration, and we after it, write the JSON values true and false.</summary>
    public static bool IsJsonBoolean(string text) => text is "True" or "False";

    public static Scalar<string> Of(string allowed, Func<string, bool> isAllowed, string? pattern = null) =>
        new(allowed, text => isAllowed(text) ? text : Parsed.Bad<string>(), value => value) { Pattern = pattern };

    private static Parsed<string> ParseEditedHeader(string text) =>
        Token.Parse(text).State is not ParseState.Good ? Parsed.Bad<string>()
        : s_framing.Contains(text, StringComparer.OrdinalIgnoreCase) ? Parsed.Bad<string>("The connection sets this one itself.")
        : text.Equals("Host", StringComparison.OrdinalIgnoreCase) ? Parsed.Bad<string>("The host is for Rewrite:Hostname.")
        : text;

    /// <summary>Asks what makes the paths of requests: what it would write otherwise could never match.</summary>
    private static Parsed<string> ParsePath(string text)
    {
        if (!text.StartsWith('/') || !Uri.TryCreate("http://host" + text, UriKind.Absolute, out Uri? uri))
        {
            return Parsed.Bad<string>();
        }

        // Beside a stray per cent sign a first URI leaves escapes that a second one undoes.
        string path = new Uri("http://host" + uri.AbsolutePath).AbsolutePath;
        return uri.AbsolutePath == text ? text : Parsed.Bad<string>(
            $"In a URI its path is {Wording.Quote(path)}.{(text.Contains('{') ? " What varies is for PathRegex." : "")}");
    }
}
