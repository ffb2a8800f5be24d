using System.Security.Cryptography;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Access;

/// <summary>The tokens by which people and programs use the API. Secrets are told once, and not kept.</summary>
internal sealed class AccessTokens
{
    // What a token that there is not is compared with.
    private static readonly byte[] s_nobodys = new byte[SHA256.HashSizeInBytes];

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly Lock _writing = new();

    // No request waits for the database; nobody else writes there.
    private volatile IReadOnlyList<(AccessToken Token, byte[] Secret)> _all;

    public AccessTokens(SqliteDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        _all = database.Write(AccessRows.ReadAll);
    }

    /// <summary>The newest first.</summary>
    public IEnumerable<AccessToken> All => _all.Select(each => each.Token);

    /// <summary>Whether somebody can make the next token.</summary>
    public bool HasAdmin => All.Any(token => token.Role is AccessRole.Admin && token.IsInForce(_time.GetUtcNow()));

    /// <summary>Makes one.</summary>
    /// <param name="wanted">What it is for.</param>
    /// <param name="by">Who makes it.</param>
    /// <param name="hand">Gets the token's text before it is worth anything; what it throws takes all back. Null: nobody needs it yet.</param>
    /// <returns>The token, and its text.</returns>
    /// <exception cref="NameTakenException">Another one has its name.</exception>
    /// <exception cref="StoreException">It cannot be kept.</exception>
    public (AccessToken Token, string Text) Create(NewAccessToken wanted, WriteOrigin by, Action<string>? hand = null)
    {
        string secret = TokenText.NewSecret();
        string id = TokenText.NewId();
        DateTimeOffset now = _time.GetUtcNow();
        AccessToken token = new()
        {
            Id = id, Name = wanted.Name ?? $"{wanted.Role.ToString().ToLowerInvariant()}-{id}", Role = wanted.Role, Namespaces = wanted.Namespaces,
            CreatedAt = now, CreatedBy = by.By, ExpiresAt = now + wanted.Lifetime,
        };
        string text = AccessText.Whole(id, secret);
        Write(connection =>
        {
            if (All.FirstOrDefault(each => each.IsInForce(now) && each.Name.Equals(token.Name, StringComparison.OrdinalIgnoreCase)) is { } other)
            {
                throw new NameTakenException($"The access token {other.Id} has the name '{other.Name}', until it is revoked or expires. Choose another one.");
            }

            AccessRows.Add(connection, token, TokenText.HashOf(secret));
            AuditRows.Add(connection, Record(by, "create", token, null, token));
            hand?.Invoke(text);
            return true;
        });
        return (token, text);
    }

    /// <summary>From now on it is worth nothing. Null: there is none.</summary>
    /// <exception cref="StoreException">It cannot be kept.</exception>
    public AccessToken? Revoke(string id, WriteOrigin by) => Write(connection =>
    {
        if (All.FirstOrDefault(token => token.Id == id) is not { RevokedAt: null } before)
        {
            return All.FirstOrDefault(token => token.Id == id);
        }

        AccessToken after = before with { RevokedAt = _time.GetUtcNow() };
        AccessRows.Revoke(connection, id, after.RevokedAt.Value);
        AuditRows.Add(connection, Record(by, "revoke", after, before, after));
        return after;
    });

    /// <summary>Whose token it is. What is wrong with one is told to who has its secret alone.</summary>
    /// <param name="shown">What the caller shows.</param>
    /// <param name="refusal">Why it is not taken, where it is not.</param>
    public AccessToken? Verify(string shown, out string refusal)
    {
        const string Unknown = "The access token is not known here.";
        refusal = Unknown;
        if (!AccessText.TryParse(shown, out string id, out string secret))
        {
            return null;
        }

        (AccessToken? token, byte[]? kept) = _all.FirstOrDefault(each => each.Token.Id == id);
        if (!AccessText.Proves(secret, kept ?? s_nobodys) || token is null)
        {
            return null;
        }

        refusal = token.RevokedAt is { } revoked ? $"The access token {id} was revoked at {revoked:u}."
            : token.IsInForce(_time.GetUtcNow()) ? ""
            : $"The access token {id} expired at {token.ExpiresAt:u}.";
        return refusal.Length == 0 ? token : null;
    }

    private T Write<T>(Func<SqliteConnection, T> write)
    {
        lock (_writing)
        {
            (T result, _all) = _database.Transact(connection => (write(connection), AccessRows.ReadAll(connection)));
            return result;
        }
    }

    private AuditRecord Record(WriteOrigin by, string action, AccessToken token, AccessToken? before, AccessToken? after) => new()
    {
        Time = _time.GetUtcNow(), Origin = by, Kind = AuditKinds.Access, Action = action,
        Changes = [new AuditChange($"access token {token.Id} ({token.Name})", HashOf(before), HashOf(after))],
    };

    // Of all that stands in it.
    private static string? HashOf(AccessToken? token) => token is null ? null : ContentHash.Of(
        $"{token.Id} {token.Name} {token.Role} {string.Join(' ', token.Namespaces ?? ["*"])} "
        + $"{token.ExpiresAt.ToUnixTimeMilliseconds()} {token.CreatedAt.ToUnixTimeMilliseconds()} {token.RevokedAt?.ToUnixTimeMilliseconds()}")
        [..ContentHash.ETagLength];
}
