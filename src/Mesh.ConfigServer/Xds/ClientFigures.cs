namespace Mesh.ConfigServer.Xds;

/// <summary>How the clients that are connected do, all together.</summary>
/// <param name="BySync">How many there are of each that any is.</param>
/// <param name="Gaps">Rules that they have and cannot honour, counted for each client.</param>
/// <param name="LongestBehind">How long one has owed an answer to what it was sent; zero: none owes any.</param>
/// <param name="Software">How many kinds of software there are, each version counted.</param>
internal sealed record ClientFigures(IReadOnlyDictionary<ClientSync, int> BySync, int Gaps, TimeSpan LongestBehind, int Software)
{
    /// <param name="sessions">All there are.</param>
    /// <param name="now">When.</param>
    public static ClientFigures Of(IEnumerable<ClientSession> sessions, DateTimeOffset now)
    {
        Dictionary<ClientSync, int> bySync = [];
        HashSet<string> software = new(StringComparer.Ordinal);
        int gaps = 0;
        DateTimeOffset pending = now;
        foreach (ClientSession session in sessions)
        {
            (ClientSync sync, int its, DateTimeOffset? since) = session.Progress;
            bySync[sync] = bySync.GetValueOrDefault(sync) + 1;
            software.Add(session.Node.UserAgent);
            gaps += its;
            pending = since < pending ? since.Value : pending;
        }

        return new ClientFigures(bySync, gaps, now - pending, software.Count);
    }
}
