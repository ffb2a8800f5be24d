using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mesh.Model.Documents;

namespace Mesh.Cli.Usage;

/// <summary>Values that are more than text, and what is said of those that are none.</summary>
internal static class Values
{
    /// <summary>Whole numbers.</summary>
    /// <param name="name">What the number is given for.</param>
    /// <param name="least">The smallest that is taken.</param>
    /// <param name="most">The largest.</param>
    /// <param name="wanted">In words.</param>
    public static Func<ArgumentResult, long> Number(string name, long least, long most, string wanted) => result =>
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number >= least && number <= most)
        {
            return number;
        }

        result.AddError(Complaint(name, text, wanted));
        return 0;
    };

    /// <summary>Lengths of time, as documents write them.</summary>
    /// <param name="name">What it is given for.</param>
    /// <param name="shape">Which are taken.</param>
    public static Func<ArgumentResult, TimeSpan> Duration(string name, Scalar<TimeSpan> shape) => result =>
    {
        string text = result.Tokens[0].Value;
        Parsed<TimeSpan> parsed = shape.Parse(text);
        if (parsed.State is not ParseState.Good)
        {
            result.AddError(Complaint(name, text, shape.Allowed));
        }

        return parsed.Value;
    };

    /// <summary>Lets an option take some words only, which shells complete.</summary>
    public static Option<string?> OneOf(this Option<string?> option, params string[] words)
    {
        option.Validators.Add(result => Check(result, option.Name, words));
        option.CompletionSources.Add(words);
        return option;
    }

    /// <inheritdoc cref="OneOf(Option{string?}, string[])"/>
    public static Argument<string> OneOf(this Argument<string> argument, params string[] words)
    {
        argument.Validators.Add(result => Check(result, argument.HelpName ?? argument.Name, words));
        argument.CompletionSources.Add(words);
        return argument;
    }

    public static string Complaint(string name, string text, string wanted) => $"{name} is '{text}': it takes {wanted}.";

    private static void Check(SymbolResult result, string name, string[] words)
    {
        foreach (Token token in result.Tokens.Where(token => !words.Contains(token.Value)))
        {
            result.AddError(Complaint(name, token.Value, $"{string.Join(", ", words[..^1])} or {words[^1]}"));
        }
    }
}
