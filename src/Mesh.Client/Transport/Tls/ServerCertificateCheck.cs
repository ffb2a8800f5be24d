using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;

namespace Mesh.Client.Transport.Tls;

/// <summary>Decides whether the certificate that a server shows on one connection is the right one.</summary>
/// <param name="host">The name that it must be for.</param>
/// <param name="subjectAltNames">The names of which it must be for any, in place of the host's; empty: the host's.</param>
/// <param name="further">The application's own opinion, which is the last word; null: it has none.</param>
internal sealed class ServerCertificateCheck(string host, ImmutableArray<string> subjectAltNames, RemoteCertificateValidationCallback? further) : IServerCheck
{
    public string? Refusal { get; private set; }

    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!subjectAltNames.IsEmpty && certificate is X509Certificate2 shown)
        {
            errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
            errors |= SubjectAltNames.ContainsAny(shown, subjectAltNames) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateNameMismatch;
        }

        bool accepts = further?.Invoke(sender, certificate, chain, errors) ?? errors == SslPolicyErrors.None;
        if (!accepts)
        {
            Refusal = Explain(certificate as X509Certificate2, chain, errors);
        }

        return accepts;
    }

    private string Explain(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "It showed no certificate.";
        }

        List<string> reasons = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            string wanted = subjectAltNames.IsEmpty ? $"'{host}'" : $"any of {string.Join(", ", subjectAltNames.Select(name => $"'{name}'"))}";
            reasons.Add($"it is not for {wanted}, but for {string.Join(", ", SubjectAltNames.Of(certificate).Select(name => $"'{name}'").DefaultIfEmpty("no name"))}");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            reasons.AddRange((chain?.ChainStatus ?? []).Select(status => status.StatusInformation.Trim().TrimEnd('.')));
        }

        return reasons.Count == 0
            ? "The application refuses its certificate."
            : $"Its certificate is refused: {string.Join("; ", reasons)}.";
    }
}
