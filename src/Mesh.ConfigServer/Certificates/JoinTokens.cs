using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Certificates;

/// <summary>The tokens of a mesh. Secrets are told once, and not kept.</summary>
/// <param name="database">Where they are.</param>
/// <param name="time">The clock.</param>
internal sealed class JoinTokens(SqliteDatabase database, TimeProvider time)
{
    public Task<List<JoinToken>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(JoinTokenRows.ReadAll, cancellationToken);

    /// <summary>Makes one.</summary>
    /// <param name="wanted">What it is for; its id and times are made here.</param>
    /// <param name="lifetime">How long one can join by it.</param>
    /// <param name="rootKey">The root's public key, as SubjectPublicKeyInfo.</param>
    /// <returns>The token, and its text.</returns>
    public (JoinToken Token, string Text) Create(NewJoinToken wanted, TimeSpan lifetime, ReadOnlySpan<byte> rootKey)
    {
        string secret = TokenText.NewSecret();
        DateTimeOffset now = time.GetUtcNow();
        JoinToken token = new()
        {
            Id = TokenText.NewId(), Grant = wanted.Grant, Uses = wanted.Uses, MaxInstances = wanted.MaxInstances, MaxPerMinute = wanted.MaxPerMinute,
            CreatedBy = wanted.CreatedBy, CreatedAt = now, ExpiresAt = now + lifetime,
        };
        database.Transact(connection =>
        {
            JoinTokenRows.Add(connection, token, TokenText.HashOf(secret));
            AuditRows.Add(connection, Record(wanted.Origin, "create", null, token));
            return true;
        });
        return (token, TokenText.Whole(token.Id, secret, rootKey));
    }

    /// <summary>From now on nobody joins by it, and those who did renew nothing. Null: there is none.</summary>
    public JoinToken? Revoke(string id, WriteOrigin? by = null) => database.Transact(connection =>
    {
        if (JoinTokenRows.Find(connection, id) is not { RevokedAt: null } before)
        {
            return JoinTokenRows.Find(connection, id);
        }

        JoinTokenRows.Revoke(connection, id, time.GetUtcNow());
        JoinToken after = JoinTokenRows.Find(connection, id)!;
        AuditRows.Add(connection, Record(by ?? WriteOrigin.OfServer, "revoke", before, after));
        return after;
    });

    private AuditRecord Record(WriteOrigin by, string action, JoinToken? before, JoinToken after) => new()
    {
        Time = time.GetUtcNow(), Origin = by, Kind = AuditKinds.Tokens, Action = action,
        Changes = [IdentityAudit.Of(before, after)],
    };
}
