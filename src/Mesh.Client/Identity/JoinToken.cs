using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Identity;

/// <summary>What lets a process join a mesh: <c>id.secret.hash</c>. The hash is the root's key's, so that the secret goes to nobody else.</summary>
internal sealed class JoinToken
{
    private readonly string _hash;

    private JoinToken(string proof, string hash) => (Proof, _hash) = (proof, hash);

    /// <summary>What is shown: <c>id.secret</c>.</summary>
    public string Proof { get; }

    /// <exception cref="IdentityException">It is none.</exception>
    public static JoinToken Parse(string text) => text.Trim().Split('.') is [{ Length: > 0 } id, { Length: > 0 } secret, { Length: 43 } hash]
        ? new JoinToken($"{id}.{secret}", hash)
        : throw new IdentityException("The join token is none: it has the form id.secret.hash, as `mesh token create` writes it.");

    /// <summary>Whether it was made by the mesh that has this authority.</summary>
    public bool IsOf(X509Certificate2 root) =>
        Convert.ToBase64String(SHA256.HashData(root.PublicKey.ExportSubjectPublicKeyInfo())).TrimEnd('=').Replace('+', '-').Replace('/', '_') == _hash;
}
