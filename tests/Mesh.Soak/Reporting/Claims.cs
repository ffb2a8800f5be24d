using System.Text.Json;

namespace Mesh.Soak.Reporting;

/// <summary>What a run is about, a line for each.</summary>
internal sealed class Claims
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly List<Claim> _all = [];

    public bool AllHold => _all.TrueForAll(claim => claim.Holds);

    public void Add(string text, bool holds, string found) => _all.Add(new Claim(text, holds, found));

    /// <summary>Holds when nothing speaks against it.</summary>
    public void Add(string text, IReadOnlyCollection<string> against, string found) =>
        Add(text, against.Count == 0, against.Count == 0 ? found : $"{found}; {against.Count} against it: {string.Join("; ", against.Take(5))}");

    public void Write(string suite, string? jsonFile)
    {
        foreach (Claim claim in _all)
        {
            Console.WriteLine($"{(claim.Holds ? "ok  " : "FAIL")}  {suite}: {claim.Text} ({claim.Found})");
        }

        if (jsonFile is not null)
        {
            File.WriteAllText(jsonFile, JsonSerializer.Serialize(new { Suite = suite, Claims = _all }, s_indented));
        }
    }
}
