namespace Mesh.Model.Documents;

/// <summary>Finds what a misspelt name was meant to be.</summary>
internal static class NearestName
{
    /// <summary>
    /// The candidate with the fewest slips of the pen in it, or null when there is more than one slip in three letters. A digit is
    /// no slip: who writes <c>4xx</c> does not mean <c>5xx</c>.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int allowed = Math.Max(1, name.Length / 3);
        foreach (string candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) > allowed
                || !name.Where(char.IsAsciiDigit).SequenceEqual(candidate.Where(char.IsAsciiDigit)))
            {
                continue;
            }

            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < allowed || (distance == allowed && nearest is null))
            {
                nearest = candidate;
                allowed = distance;
            }
        }

        return nearest;
    }

    /// <summary>Letters to add, drop, change or swap with their neighbour (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        int[] beforeLast = new int[b.Length + 1];
        int[] last = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] row = new int[b.Length + 1];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(change, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, row);
        }

        return last[b.Length];
    }
}
