using System.Text.Json;

namespace Mesh.Soak.Shop;

/// <summary>A line of a process of the shop: one of the three.</summary>
/// <param name="Port">It listens there.</param>
/// <param name="Figures">How it is.</param>
/// <param name="Failure">A call of it failed.</param>
internal sealed record Told(int? Port = null, Figures? Figures = null, Failure? Failure = null)
{
    private static readonly Lock s_output = new();

    public static Told Parse(string line) => JsonSerializer.Deserialize<Told>(line)!;

    public void Write()
    {
        lock (s_output)
        {
            Console.WriteLine(JsonSerializer.Serialize(this));
        }
    }
}
