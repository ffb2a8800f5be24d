using System.Text.Json;

namespace Mesh.ConfigServer.Certificates;

/// <summary>A certificate that was issued.</summary>
/// <param name="Time">When.</param>
/// <param name="Serial">Its serial number.</param>
/// <param name="Identity">Who has it.</param>
/// <param name="NotAfter">Until when it holds.</param>
/// <param name="By">What proved it: <c>token</c>, <c>renewal</c>, <c>dev</c>; <c>server</c> is the server's own.</param>
/// <param name="Previous">The SHA-256 of the line before, in hexadecimal; zeros in the first.</param>
internal sealed record JournalEntry(DateTimeOffset Time, string Serial, string Identity, DateTimeOffset NotAfter, string By, string Previous)
{
    /// <summary>Null: it is none.</summary>
    public static JournalEntry? TryRead(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, CertificatesJson.Default.JournalEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
