namespace Mesh.Model.Documents;

/// <summary>A single text and how to parse it.</summary>
internal sealed class Scalar<T>(string allowed, Func<string, Parsed<T>> parse, Func<T, string?> format) : Shape<T>
{
    public override string Allowed => allowed;

    public override bool IsScalar => true;

    public override T Blank => default!;

    /// <summary>The JSON type that one would write it as.</summary>
    public string JsonType { get; init; } = "string";

    /// <summary>The words that it may be, when they are few.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    public Parsed<T> Parse(string text) => parse(text);

    public override string? Format(T value) => format(value);

    /// <summary>The fault of a text that cannot be parsed.</summary>
    public string Complaint(string text, string? reason) =>
        $"{Wording.Quote(text)} is not {Allowed}.{(reason is null ? "" : $" {reason}")}";

    protected override T ReadSound(DocumentNode node, T seed, Reading reading)
    {
        if (node.Value is not { } text || !node.Children.IsEmpty)
        {
            reading.Fault(node, $"Here is {Wording.Found(node)}, and not {Allowed}.");
            return seed;
        }

        Parsed<T> parsed = parse(text);
        switch (parsed.State)
        {
            case ParseState.Bad:
                reading.Fault(node, Complaint(text, parsed.Reason));
                return seed;
            case ParseState.NotSupportedYet when !reading.KnownIsEnough || parsed.Value is null:
                reading.NotSupportedYet(node, Wording.Quote(text));
                return seed;
            default:
                return parsed.Value;
        }
    }
}
