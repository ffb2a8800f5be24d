using static Mesh.Model.Xds.Wire.DataSource;

namespace Mesh.Model.Xds;

/// <summary>What is shown, and whom to trust, from files.</summary>
internal static class TlsContextCodec
{
    public const string NotIssuedYet = "Issued certificates are not supported yet; those in files are.";

    public static Wire.UpstreamTlsContext Encode(TlsSettings settings)
    {
        Wire.CommonTlsContext common = new() { ValidationContext = ServerCertificateCodec.Encode(settings) };
        if (settings.ClientCertificate is not null)
        {
            common.TlsCertificates.Add(new Wire.TlsCertificate
            {
                CertificateChain = new() { Filename = settings.ClientCertificate },
                PrivateKey = settings.PrivateKey is null ? null : new() { Filename = settings.PrivateKey },
            });
        }

        return new() { Sni = settings.Sni ?? "", CommonTlsContext = common };
    }

    /// <summary>Without its mode: who has a certificate shows it.</summary>
    public static TlsSettings Decode(Wire.UpstreamTlsContext context, XdsField at)
    {
        Wire.CommonTlsContext common = context.CommonTlsContext ?? new();
        XdsField commonAt = at["common_tls_context"];
        RefuseOthers(common, commonAt);

        Wire.TlsCertificate shown = common.TlsCertificates.FirstOrDefault() ?? new();
        XdsField shownAt = commonAt["tls_certificates", 0];
        if (common.TlsCertificates.Count > 0 && shown.CertificateChain is null)
        {
            shownAt["certificate_chain"].Fault("A certificate is missing: give its file.");
        }

        return ServerCertificateCodec.Decode(common, commonAt) with
        {
            Sni = context.Sni.Length == 0 ? null : context.Sni,
            ClientCertificate = File(shown.CertificateChain, shownAt["certificate_chain"]),
            PrivateKey = File(shown.PrivateKey, shownAt["private_key"]),
        };
    }

    /// <summary>Null where it is not given, and after a fault.</summary>
    public static string? File(Wire.DataSource? source, XdsField at)
    {
        if (source is { SpecifierCase: SpecifierOneofCase.Filename, Filename.Length: > 0 })
        {
            return source.Filename;
        }

        if (source is not null)
        {
            at.Fault("Certificates and keys are read from files: give a filename.");
        }

        return null;
    }

    public static void Refuse(bool isGiven, XdsField at, string message)
    {
        if (isGiven)
        {
            at.Fault(message);
        }
    }

    private static void RefuseOthers(Wire.CommonTlsContext common, XdsField at)
    {
        Refuse(common.TlsCertificates.Count > 1, at["tls_certificates", 1], "One certificate is shown.");
        Refuse(common.TlsCertificateSdsSecretConfigs.Count > 0, at["tls_certificate_sds_secret_configs"], NotIssuedYet);
        Refuse(common.TlsCertificateProviderInstance is not null, at["tls_certificate_provider_instance"], NotIssuedYet);
        Refuse(common.TlsCertificateCertificateProviderInstance is not null, at["tls_certificate_certificate_provider_instance"], NotIssuedYet);
        Refuse(WireValues.OrNull(common.TlsParams ?? new()) is not null, at["tls_params"], "Versions and ciphers of TLS are the system's.");
        Refuse(common.CustomHandshaker is not null, at["custom_handshaker"], "The handshake is the system's.");
        Refuse(common.CustomTlsCertificateSelector is not null, at["custom_tls_certificate_selector"], "One certificate is shown.");
    }
}
