using System.Collections.Immutable;
using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Takes identities back. What it says has been done is on the disk.</summary>
internal sealed class Revocations : IRevocations
{
    // A clock that is wrong for a while must not let anybody in again.
    private static readonly TimeSpan s_memory = TimeSpan.FromDays(1);

    private readonly SqliteDatabase _database;
    private readonly TimeSpan _longest;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="database">Where they are.</param>
    /// <param name="longest">How long a certificate holds at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of each.</param>
    public Revocations(SqliteDatabase database, TimeSpan longest, TimeProvider time, ILogger<Revocations> logger)
    {
        (_database, _longest, _time, _logger) = (database, longest, time, logger);
        Current = database.Write(connection => Newest(connection, time.GetUtcNow()));
    }

    public event Action? Changed;

    public event Action<Revocation>? Revoked;

    // Replaced whole, under the database's lock.
    public ImmutableArray<Revocation> Current { get; private set; }

    /// <summary>All that have joined as a service so far. Nothing is issued to them any more.</summary>
    /// <returns>How many processes and tokens that were.</returns>
    public (int Instances, int Tokens) RevokeService(string service, string space, bool keepTokens, string reason, Authorship by)
    {
        DateTimeOffset now = _time.GetUtcNow();
        (int, int) counts = (0, 0);
        Revocation revocation = InTransaction(connection =>
        {
            List<Member> members = MemberRows.FindOf(connection, service, space);
            List<JoinToken> tokens = keepTokens ? [] : JoinTokenRows.FindOf(connection, service, space);
            DateTimeOffset end = CertificateRows.FindEnd(connection) is { } last && last > now + _longest ? last : now + _longest;
            Revocation added = new(service, space, null, now, end, reason, by.Author);
            RevocationRows.Add(connection, added);
            Keep(
                connection, by,
                [
                    IdentityAudit.Of(added), .. members.Select(member => Take(connection, member, now, reason)),
                    .. tokens.Select(token => Revoke(connection, token, now)),
                ]);
            counts = (members.Count(member => member.NotAfter > now), tokens.Count);
            return added;
        });
        Tell($"{service}.{space}", [revocation]);
        return counts;
    }

    /// <summary>One process that has joined, through all of its certificates. Null: there is none by that id.</summary>
    public Member? RevokeInstance(string id, string reason, Authorship by)
    {
        DateTimeOffset now = _time.GetUtcNow();
        ImmutableArray<Revocation> added = [];
        Member? found = InTransaction(connection =>
        {
            if (MemberRows.Find(connection, id) is not { } member)
            {
                return null;
            }

            Keep(connection, by, [Take(connection, member, now, reason)]);
            added = [.. CertificateRows.SerialsOf(connection, id).Select(serial =>
                new Revocation(member.Grant.Service, member.Grant.Namespace, serial, now, member.NotAfter, reason, by.Author))];
            foreach (Revocation revocation in added)
            {
                RevocationRows.Add(connection, revocation);
            }

            return member;
        });
        if (found is not null)
        {
            Tell($"{found.Grant.Service}.{found.Grant.Namespace}, the process {id},", added);
        }

        return found;
    }

    /// <summary>Which process a certificate is of; null: it was not issued here, or is over.</summary>
    public string? FindInstance(string serial) => _database.Write(connection => CertificateRows.FindMember(connection, serial));

    private static AuditChange Take(SqliteConnection connection, Member member, DateTimeOffset now, string reason)
    {
        Member taken = member with { RevokedAt = now, Locked = $"It was taken back at {now:u}: {reason}" };
        MemberRows.Put(connection, taken);
        return IdentityAudit.Of(member, taken);
    }

    private static AuditChange Revoke(SqliteConnection connection, JoinToken token, DateTimeOffset now)
    {
        JoinTokenRows.Revoke(connection, token.Id, now);
        return IdentityAudit.Of(token, token with { RevokedAt = now });
    }

    private static ImmutableArray<Revocation> Newest(SqliteConnection connection, DateTimeOffset now)
    {
        RevocationRows.ForgetEnded(connection, now - s_memory);
        return [.. RevocationRows.ReadAll(connection)];
    }

    private void Keep(SqliteConnection connection, Authorship by, List<AuditChange> changes) => AuditRows.Add(
        connection,
        new AuditRecord { Time = _time.GetUtcNow(), Origin = by.Source, Kind = AuditKinds.Identities, Action = "revoke" }.With(changes));

    private void Tell(string what, ImmutableArray<Revocation> added)
    {
        Changed?.Invoke();
        foreach (Revocation revocation in added)
        {
            Revoked?.Invoke(revocation);
        }

        if (added is [var first, ..])
        {
            _logger.IdentityRevoked(what, first.Author, first.Reason);
        }
    }

    private T InTransaction<T>(Func<SqliteConnection, T> work) => _database.Write(connection =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        T result = work(connection);
        ImmutableArray<Revocation> current = Newest(connection, _time.GetUtcNow());
        transaction.Commit();
        Current = current;
        return result;
    });
}
