namespace Mesh.Model.Documents;

/// <summary>How many of some settings go together.</summary>
internal sealed record Rule
{
    private Rule(int least, int most, IReadOnlyList<string> names) => (Least, Most, Names) = (least, most, names);

    public int Least { get; }

    public int Most { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether one counts that is there and empty, for it means something.</summary>
    public bool CountsEmpty { get; init; }

    public static Rule AtMostOne(params IReadOnlyList<string> names) => new(0, 1, names);

    public static Rule ExactlyOne(params IReadOnlyList<string> names) => new(1, 1, names);

    public static Rule AtLeastOne(params IReadOnlyList<string> names) => new(1, names.Count, names);

    /// <summary>What must hold, in one sentence.</summary>
    public string Doc => (Least, Most, Names.Count) switch
    {
        (1, _, 1) => $"{Names[0]} is required.",
        (1, 1, _) => $"Exactly one of {Wording.Names(Names)}.",
        (1, _, _) => $"At least one of {Wording.Names(Names)}.",
        _ => $"Only one of {Wording.Names(Names)}.",
    };

    /// <summary>What is wrong with the node, or null.</summary>
    public string? Complaint(DocumentNode node)
    {
        string[] given = [.. Names.Where(name => node.Find(name) is { } given && (CountsEmpty || !given.IsNothing))];
        string names = Wording.Names(Names);
        return given.Length < Least ? $"Something is missing: give {(Names.Count == 1 ? names : $"one of {names}")}."
            : given.Length > Most ? $"{string.Join(" and ", given)} do not go together: give only one of {names}."
            : null;
    }
}

/// <summary>How some settings must agree, once each of them is good.</summary>
/// <param name="Paths">The settings, seen from their section.</param>
/// <param name="Doc">What must hold, in one sentence.</param>
/// <param name="Complaint">What is wrong with the section, or null.</param>
internal sealed record Check<T>(IReadOnlyList<string> Paths, string Doc, Func<T, string?> Complaint);
