namespace Mesh.Model.Documents;

/// <summary>A word and what it stands for.</summary>
internal sealed record Choice<T>(string Word, T Value, bool Supported = true);

/// <summary>Settings that are one of a few words, in any case.</summary>
internal static class Choices
{
    public static Scalar<bool> Flag { get; } = new(
        "true or false",
        Parse<bool>([new("true", true), new("false", false)]),
        value => value ? "true" : "false")
    {
        JsonTypes = ["boolean", "string"],
        Pattern = "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$",
    };

    public static Scalar<T> Of<T>(params Choice<T>[] choices) =>
        new(
            Allowed(choices),
            Parse(choices),
            value => choices.First(choice => Equals(choice.Value, value)) is { Supported: true } choice ? choice.Word : null)
        {
            JsonTypes = typeof(T) == typeof(bool) ? ["boolean"] : ["string"],
            Words = [.. choices.Where(choice => choice.Supported).Select(choice => choice.Word)],
        };

    private static string Allowed<T>(Choice<T>[] choices)
    {
        string[] now = [.. choices.Where(choice => choice.Supported).Select(choice => choice.Word)];
        string[] later = [.. choices.Where(choice => !choice.Supported).Select(choice => choice.Word)];
        return (now.Length == 1 ? now[0] : $"one of {Wording.Names(now)}")
            + (later.Length == 0 ? "" : $" (not supported yet: {Wording.Names(later)})");
    }

    private static Func<string, Parsed<T>> Parse<T>(Choice<T>[] choices) => text =>
    {
        Choice<T>? choice = choices.FirstOrDefault(choice => choice.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (choice is null)
        {
            string? nearest = NearestName.Find(text, choices.Select(choice => choice.Word));
            return Parsed.Bad<T>(nearest is null ? null : $"Did you mean '{nearest}'?");
        }

        return choice.Supported ? choice.Value : Parsed.NotSupportedYet(choice.Value);
    };
}
