using System.Text.RegularExpressions;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>
/// Regular expressions. xDS means RE2, the model .NET's engine without backtracking. They agree but for what one of them refuses, so what
/// is the other's alone is a fault; the names of POSIX would be taken for something else.
/// </summary>
internal static partial class XdsPatterns
{
    private const string AnyCase = "(?i)";

    /// <summary>For a whole text. Both sides match these in full, without a frame.</summary>
    public static Wire.RegexMatcher Encode(Regex whole, bool ignoreCase) =>
        new() { Regex = (ignoreCase ? AnyCase : "") + Patterns.Unframed(whole) };

    /// <summary>Whether a pattern starts with what makes it match in any case, and the rest of it.</summary>
    public static (string Text, bool IgnoreCase) SplitCase(string pattern) =>
        pattern.StartsWith(AnyCase, StringComparison.Ordinal) ? (pattern[AnyCase.Length..], true) : (pattern, false);

    /// <param name="shape">How it is compiled.</param>
    /// <param name="pattern">Not as it came if its case was split off.</param>
    /// <param name="at">Where it stands.</param>
    public static Regex? Decode(Scalar<Regex> shape, string pattern, XdsField at)
    {
        if (!at.TakePattern())
        {
            at.Fault("There are more patterns than one resource may have.");
            return null;
        }

        Parsed<Regex> regex = shape.Parse(pattern);
        string? complaint =
            regex.State is not ParseState.Good ? shape.Complaint(pattern, regex.Reason)
            : PosixName().IsMatch(pattern) ? "Names of POSIX such as [[:alpha:]] are not supported."
            : null;
        if (complaint is not null)
        {
            at.Fault(complaint);
            return null;
        }

        return regex.Value;
    }

    [GeneratedRegex(@"\[:\^?[a-z]+:\]")]
    private static partial Regex PosixName();
}
