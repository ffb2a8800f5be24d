using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ConfigServer.Certificates;

/// <summary>
/// Where root and issuer are kept. Keys come before certificates, so that a start that was cut leaves a key alone, which gets its certificate at
/// the next; nothing that is there is written over but the issuer's certificate by a newer one of the same key.
/// </summary>
internal sealed class AuthorityFolder
{
    private readonly AuthoritySettings _settings;
    private readonly KeyFiles _keys;

    /// <exception cref="IOException">It cannot be made, or is open to others.</exception>
    public AuthorityFolder(AuthoritySettings settings)
    {
        _settings = settings;
        try
        {
            SecretFiles.MakeDirectory(settings.Directory);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{settings.Directory} cannot be made: {exception.Message}", exception);
        }

        _keys = new KeyFiles(settings);
    }

    private string RootFile => Path.Combine(_settings.Directory, "root.pem");

    private string RootKey => Path.Combine(_settings.Directory, "root.key");

    private string IssuerFile => Path.Combine(_settings.Directory, "issuer.pem");

    private string IssuerKey => Path.Combine(_settings.Directory, "issuer.key");

    /// <summary>The mesh's own root, made where there is none, or the operator's authority.</summary>
    public SigningAuthority Top(DateTimeOffset now) => _settings.CaCertificate is { } file ? Operators(file, now) : Root(now);

    /// <summary>This server's own authority below it.</summary>
    public SigningAuthority Issuer(SigningAuthority parent, DateTimeOffset now)
    {
        if (!File.Exists(IssuerFile))
        {
            string domain = _settings.TrustDomain ?? UriName.DomainOf(parent.Root) ?? CaCertificates.DomainOf(parent.Root.PublicKey);
            return Renew(null, parent, domain, now);
        }

        if (!File.Exists(IssuerKey))
        {
            throw new IOException($"{IssuerKey} is missing. Put it back from a copy, or move {IssuerFile} away, too, to have both made anew.");
        }

        X509Certificate2 certificate = CaFiles.Read(IssuerFile)[0];
        SigningAuthority issuer = new(_keys.Read(certificate, IssuerFile, IssuerKey), parent.Path);
        string? stored = UriName.DomainOf(certificate);
        if (stored is null)
        {
            throw new IOException($"{IssuerFile} does not say which trust domain it is of: no server made it. Put it back from a copy.");
        }

        if (_settings.TrustDomain is { } wanted && wanted != stored)
        {
            throw new IOException(
                $"{_settings.NameOf(nameof(MeshConfigServerOptions.TrustDomain))} is '{wanted}', and the mesh of {_settings.Directory} is '{stored}': "
                + $"a mesh keeps the trust domain of its first start. Set '{stored}', or nothing.");
        }

        if (issuer.NotAfter <= now)
        {
            // The server was away for long. It is the parent that must hold.
            issuer = Renew(issuer, parent, stored, now);
        }

        if (CaFiles.PathFault(issuer.Path, now) is { } fault)
        {
            throw new IOException(
                $"{IssuerFile} is not of '{parent.Certificate.Subject}', which is to sign for it: {fault}. "
                + $"Name the authority that it was made by, or move {IssuerFile} and {IssuerKey} away to have them made anew.");
        }

        return issuer;
    }

    /// <summary>A newer certificate for the issuer's key, or for a new one.</summary>
    public SigningAuthority Renew(SigningAuthority? before, SigningAuthority parent, string trustDomain, DateTimeOffset now)
    {
        using ECDsa key = before?.Certificate.GetECDsaPrivateKey() ?? Key(IssuerKey);
        X509Certificate2 certificate = CaCertificates.Issuer(key, parent, trustDomain, now);
        SigningAuthority issuer = new(certificate.CopyWithPrivateKey(key), parent.Path);
        if (CaFiles.PathFault(issuer.Path, now) is { } fault)
        {
            throw new IOException(
                $"'{parent.Certificate.Subject}' cannot have an authority of this server's below it: {fault}. Name one whose path length allows one more.");
        }

        SecretFiles.Write(IssuerFile, certificate.ExportCertificatePem() + "\n", overwrite: before is not null);
        return issuer;
    }

    private SigningAuthority Root(DateTimeOffset now)
    {
        bool hasKey = File.Exists(RootKey);
        if (!File.Exists(RootFile))
        {
            if (File.Exists(IssuerFile))
            {
                throw new IOException(
                    $"{RootFile} is missing, and {IssuerFile} was made by it or by an authority of yours. Put it back from a copy, or name "
                    + $"yours with {_settings.NameOf(nameof(MeshConfigServerOptions.CaCertificate))}.");
            }

            using ECDsa key = Key(RootKey);
            SecretFiles.Write(RootFile, CaCertificates.Root(key, _settings.TrustDomain, now).ExportCertificatePem() + "\n");
        }
        else if (!hasKey)
        {
            throw new IOException($"{RootKey} is missing. Put it back from a copy; without it the mesh needs a new root, and all processes new tokens.");
        }

        X509Certificate2 root = CaFiles.Read(RootFile)[0];
        CaFiles.Check(root, RootFile, now);
        return new SigningAuthority(_keys.Read(root, RootFile, RootKey), []);
    }

    private SigningAuthority Operators(string file, DateTimeOffset now)
    {
        X509Certificate2[] path = CaFiles.Read(file);
        foreach (X509Certificate2 certificate in path)
        {
            CaFiles.Check(certificate, file, now);
        }

        if (!path[^1].SubjectName.RawData.AsSpan().SequenceEqual(path[^1].IssuerName.RawData))
        {
            throw new IOException($"{file} ends with '{path[^1].Subject}', which is no root. Add those above it, the root last.");
        }

        if (CaFiles.PathFault(path, now) is { } fault)
        {
            throw new IOException($"The certificates of {file} are not each signed by the next: {fault}. Put them in order, the root last.");
        }

        if (path[0].Extensions.OfType<X509BasicConstraintsExtension>().First() is { HasPathLengthConstraint: true, PathLengthConstraint: 0 })
        {
            throw new IOException(
                $"{file}: '{path[0].Subject}' has path length 0, and each server has an authority of its own below it. Name one with 1 or more.");
        }

        return new SigningAuthority(_keys.Read(path[0], file, _settings.CaKey!), path[1..]);
    }

    // One that is there without its certificate was made by a start that was cut.
    private ECDsa Key(string file)
    {
        if (File.Exists(file))
        {
            return _keys.ReadOwn(file);
        }

        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _keys.Write(file, key);
        return key;
    }
}
