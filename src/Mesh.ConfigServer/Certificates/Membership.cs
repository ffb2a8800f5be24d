using System.Net;
using System.Security.Cryptography;
using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Decides who may have a certificate: by a token the first time, by the last certificate from then on. Whatever it decides is on the disk by then.</summary>
/// <param name="database">Where tokens and members are.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of those that are locked.</param>
internal sealed class Membership(SqliteDatabase database, TimeProvider time, ILogger? logger = null)
{
    private static readonly byte[] s_nobodys = new byte[SHA256.HashSizeInBytes];

    // A clock that is wrong for a while must not forget what was issued.
    private static readonly TimeSpan s_memory = TimeSpan.FromDays(1);

    /// <summary>Somebody new. The same key again is the same one, whose answer was lost.</summary>
    /// <param name="shown">The token.</param>
    /// <param name="key">SHA-256 of the public key that is to be certified.</param>
    /// <param name="from">Where the caller is; null: that is not known.</param>
    /// <param name="issue">Signs; what it throws takes all back.</param>
    /// <exception cref="RequestRefusedException">The token does not prove it.</exception>
    public IssuedCertificate Join(string shown, string key, IPAddress? from, Func<Grant, IssuedCertificate> issue)
    {
        if (!TokenText.TryParse(shown, out string id, out string secret))
        {
            throw RequestRefusedException.Unproven("What was shown is no join token.");
        }

        return InTransaction(connection =>
        {
            DateTimeOffset now = time.GetUtcNow();
            JoinToken token = Prove(connection, id, secret, now);
            Member? before = MemberRows.FindByKey(connection, id, key);
            CheckJoin(connection, token, before, from, now);
            IssuedCertificate certificate = issue(token.Grant);
            Member member = before is null
                ? new Member
                {
                    Id = Guid.NewGuid().ToString("N"), Token = id, Grant = token.Grant, JoinKey = key, JoinedAt = now, JoinedFrom = from,
                    Acknowledged = "", Issued = certificate.Leaf.SerialNumber, NotAfter = certificate.NotAfter,
                }
                : before with { Issued = certificate.Leaf.SerialNumber, NotAfter = certificate.NotAfter };
            if (before is null)
            {
                JoinTokenRows.CountUse(connection, id);
            }

            Keep(connection, member, certificate, now);
            return certificate;
        });
    }

    /// <summary>
    /// One that has joined. Its last certificate is renewed, or the one before where the last has not arrived; who shows an older one has a copy of
    /// what another uses: from then on neither gets any.
    /// </summary>
    /// <param name="serial">That of the certificate that was shown.</param>
    /// <param name="from">Where the caller is.</param>
    /// <param name="issue">Signs.</param>
    /// <exception cref="RequestRefusedException">It is not renewed.</exception>
    public IssuedCertificate Renew(string serial, IPAddress? from, Func<Grant, IssuedCertificate> issue)
    {
        Member? locked = null;
        (IssuedCertificate? certificate, string? refusal) = InTransaction<(IssuedCertificate?, string?)>(connection =>
        {
            DateTimeOffset now = time.GetUtcNow();
            if (CertificateRows.FindMember(connection, serial) is not { } id || MemberRows.Find(connection, id) is not { } member)
            {
                return (null, $"The certificate {serial} was not issued by this mesh's server.");
            }

            if (Objection(connection, member, serial, from) is { } objection)
            {
                return (null, objection);
            }

            if (serial != member.Issued && serial != member.Acknowledged)
            {
                string reason = $"The certificate {serial} was shown after a newer one had been in use: there are two that have it.";
                locked = member with { Locked = reason };
                Put(connection, WriteOrigin.OfServer with { Address = from?.ToString() ?? "" }, "lock", member, locked);
                return (null, $"{reason} {member.Grant.Service}.{member.Grant.Namespace} of {member.JoinedFrom} is locked. Find out who has the copy, then give the process a new token, or unlock it where there is none.");
            }

            IssuedCertificate renewed = issue(member.Grant);
            Keep(connection, member with { Acknowledged = serial, Issued = renewed.Leaf.SerialNumber, NotAfter = renewed.NotAfter }, renewed, now);
            return (renewed, null);
        });
        if (locked is not null)
        {
            logger?.IdentityLocked(locked.Grant.Service + "." + locked.Grant.Namespace, locked.Id, locked.JoinedFrom?.ToString(), locked.Locked!);
        }

        return certificate ?? throw RequestRefusedException.Denied(refusal!);
    }

    /// <summary>Those with a certificate in force, the newest first.</summary>
    public Task<List<Member>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => MemberRows.ReadAlive(connection, time.GetUtcNow()), cancellationToken);

    /// <summary>What a lock was for has turned out to be harmless: its certificates are renewed again. Not of one that was taken back.</summary>
    /// <returns>As it was; null: there is none by that id.</returns>
    public Member? Unlock(string id, Authorship by)
    {
        Member? before = InTransaction(connection =>
        {
            Member? member = MemberRows.Find(connection, id);
            if (member is { Locked: not null, RevokedAt: null })
            {
                Put(connection, by.Source, "unlock", member, member with { Locked = null });
            }

            return member;
        });
        if (before is { Locked: not null, RevokedAt: null })
        {
            logger?.IdentityUnlocked(before.Grant.Service + "." + before.Grant.Namespace, id, by.Author);
        }

        return before;
    }

    /// <summary>Whether a certificate is one that somebody who has joined got here.</summary>
    public bool HasIssued(string serial) => database.Write(connection => CertificateRows.FindMember(connection, serial) is not null);

    private static JoinToken Prove(SqliteConnection connection, string id, string secret, DateTimeOffset now)
    {
        // A token that there is not takes as long as a wrong secret.
        byte[]? kept = JoinTokenRows.FindSecret(connection, id);
        bool isRight = CryptographicOperations.FixedTimeEquals(kept ?? s_nobodys, TokenText.HashOf(secret)) && kept is not null;
        JoinToken? token = isRight ? JoinTokenRows.Find(connection, id) : null;
        return token switch
        {
            null => throw RequestRefusedException.Unproven($"The join token '{id}' does not exist, or its secret is another."),
            { RevokedAt: { } revoked } => throw RequestRefusedException.Unproven($"The join token '{id}' was revoked at {revoked:u}."),
            _ when token.ExpiresAt <= now => throw RequestRefusedException.Unproven($"The join token '{id}' expired at {token.ExpiresAt:u}."),
            _ => token,
        };
    }

    private static void CheckJoin(SqliteConnection connection, JoinToken token, Member? before, IPAddress? from, DateTimeOffset now)
    {
        string? refusal = !token.Grant.Covers(from) ? $"The join token '{token.Id}' is not for {from?.ToString() ?? "an unknown address"}."
            : before is { Locked: { } locked } ? locked
            : before is not null ? before.Acknowledged.Length == 0 ? null : $"Who joined with this key by '{token.Id}' has renewed its certificate since, and has no need to join."
            : token.Uses <= token.Used ? $"The join token '{token.Id}' is used up: it was for {token.Uses}."
            : token.MaxInstances <= MemberRows.CountAlive(connection, token.Id, now) ? $"The join token '{token.Id}' is for {token.MaxInstances} at a time, and so many there are."
            : token.MaxPerMinute <= MemberRows.CountJoins(connection, token.Id, now - TimeSpan.FromMinutes(1)) ? $"The join token '{token.Id}' is for {token.MaxPerMinute} a minute, and so many came."
            : null;
        if (refusal is not null)
        {
            throw RequestRefusedException.Denied(refusal);
        }
    }

    private static string? Objection(SqliteConnection connection, Member member, string serial, IPAddress? from) =>
        member.Locked is { } locked ? locked
        : JoinTokenRows.Find(connection, member.Token) is not { RevokedAt: null } ? $"The join token '{member.Token}', by which the certificate {serial} came, was revoked."
        : !member.Grant.Covers(from) ? $"The join token '{member.Token}', by which the certificate {serial} came, is not for {from?.ToString() ?? "an unknown address"}."
        : null;

    private static void Keep(SqliteConnection connection, Member member, IssuedCertificate certificate, DateTimeOffset now)
    {
        MemberRows.Put(connection, member);
        CertificateRows.Add(connection, certificate, member.Id);
        CertificateRows.ForgetEnded(connection, now - s_memory);
    }

    private void Put(SqliteConnection connection, WriteOrigin by, string action, Member before, Member after)
    {
        MemberRows.Put(connection, after);
        AuditRows.Add(connection, new AuditRecord
        {
            Time = time.GetUtcNow(), Origin = by, Kind = AuditKinds.Identities, Action = action, Changes = [IdentityAudit.Of(before, after)],
        });
    }

    private T InTransaction<T>(Func<SqliteConnection, T> work) => database.Write(connection =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        T result = work(connection);
        transaction.Commit();
        return result;
    });
}
