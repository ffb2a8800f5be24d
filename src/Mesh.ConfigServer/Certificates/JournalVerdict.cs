using System.Globalization;
using System.Security.Cryptography;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Whether a journal is as it was written.</summary>
/// <param name="Lines">How many there are, without what is half written.</param>
/// <param name="Fault">What is wrong, as a sentence; null: nothing is.</param>
/// <param name="End">The last line.</param>
/// <param name="HalfLine">How many bytes there are behind the last whole line.</param>
internal sealed record JournalVerdict(long Lines, string? Fault, JournalHead End, int HalfLine)
{
    /// <param name="stream">The file.</param>
    /// <param name="known">A line that must be there.</param>
    public static JournalVerdict Of(FileStream stream, JournalHead known)
    {
        JournalHead end = JournalHead.Start;
        string? fault = null;
        bool isThere = known == end;
        int half = 0;
        foreach ((byte[] line, bool isWhole) in JournalLines.Read(stream))
        {
            if (!isWhole)
            {
                half = line.Length;
                break;
            }

            fault ??= JournalEntry.TryRead(line) is not { } entry ? string.Create(CultureInfo.InvariantCulture, $"Line {end.Lines + 1} is none that a server wrote.")
                : entry.Previous == end.Hash ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Line {end.Lines + 1} does not follow {(end.Lines == 0 ? "from nothing" : $"from line {end.Lines}")}: one of them was changed, or some between them were taken out.");
            end = new JournalHead(end.Lines + 1, Convert.ToHexStringLower(SHA256.HashData(line)));
            isThere |= end == known;
        }

        fault ??= isThere ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"It has {end.Lines} lines, and the server wrote {known.Lines}: {(end.Lines < known.Lines ? "its end was cut off" : $"line {known.Lines} was changed")}.");
        return new JournalVerdict(end.Lines, fault, end, half);
    }
}
