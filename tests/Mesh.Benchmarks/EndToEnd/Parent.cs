using System.Text.Json;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>
/// The suite as its children see it: it reads their standard output and writes to their standard input, which the system closes
/// whichever way the suite ends.
/// </summary>
internal static class Parent
{
    public static void Tell<T>(T message) => Console.WriteLine(JsonSerializer.Serialize(message));

    /// <summary>What the suite says next; null once it wants no more, or is gone.</summary>
    public static async Task<T?> HearAsync<T>()
        where T : class =>
        await Console.In.ReadLineAsync() is { } line ? JsonSerializer.Deserialize<T>(line) : null;

    /// <summary>Waits for the end of the suite, which has nothing to say to a server.</summary>
    public static Task EndAsync() => Console.In.ReadToEndAsync();
}
