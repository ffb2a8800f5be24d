using System.Collections.Concurrent;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Which processes know whom the mesh trusts; kept, so that a restart waits for nobody twice.</summary>
internal sealed class BundleAcknowledgements(SqliteDatabase database, TimeProvider time) : IBundleAcknowledgements
{
    // Processes ask again and again, and say nothing new: what a certificate's owner said last. Emptied when it has become large.
    private const int MostKnown = 100_000;

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    public void Acknowledge(CallerIdentity caller, string hash)
    {
        if (caller.Serial is not { } serial || _known.GetValueOrDefault(serial) == hash)
        {
            return;
        }

        database.Write(connection => CertificateRows.FindMember(connection, serial) is { } member
            ? connection.Execute(
                "INSERT OR REPLACE INTO bundle_acknowledgements (member, hash, time) VALUES ($member, $hash, $time)",
                ("$member", member), ("$hash", hash), ("$time", time.GetUtcNow().ToUnixTimeMilliseconds()))
            : 0);
        if (_known.Count >= MostKnown)
        {
            _known.Clear();
        }

        _known[serial] = hash;
    }

    /// <summary>Those with a certificate in force, and which of them do not know a bundle. Who is locked gets none any more, and is not waited for.</summary>
    public (int All, List<Member> Behind) Count(string hash) => database.Write(connection =>
    {
        HashSet<string> know = [.. connection.Query("SELECT member FROM bundle_acknowledgements WHERE hash = $hash", row => row.GetString(0), ("$hash", hash))];
        List<Member> alive = [.. MemberRows.ReadAlive(connection, time.GetUtcNow()).Where(member => member.Locked is null)];
        return (alive.Count, alive.Where(member => !know.Contains(member.Id)).ToList());
    });
}
