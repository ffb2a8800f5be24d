using static Mesh.Model.Xds.Wire.DataSource;

namespace Mesh.Model.Xds;

/// <summary>What is shown, and whom to trust, from files.</summary>
internal static class TlsContextCodec
{
    public const string NotServed = "Certificates come from files, or from the mesh: secrets are not asked for elsewhere.";

    public static Wire.UpstreamTlsContext Encode(TlsSettings settings)
    {
        if (settings.Mode is TlsMode.Mesh)
        {
            return new() { Sni = settings.Sni ?? "", CommonTlsContext = IssuedCertificateCodec.Encode(settings) };
        }

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

    /// <summary>Its mode is told where it is the mesh's; else who has a certificate shows it.</summary>
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

        TlsSettings read = ServerCertificateCodec.Decode(common, commonAt) with
        {
            Sni = context.Sni.Length == 0 ? null : context.Sni,
            ClientCertificate = File(shown.CertificateChain, shownAt["certificate_chain"]),
            PrivateKey = File(shown.PrivateKey, shownAt["private_key"]),
        };
        bool isIssued = IssuedCertificateCodec.Decode(common, commonAt);
        if (isIssued && (read.CaCertificates ?? read.ClientCertificate) is not null)
        {
            commonAt.Fault("Certificates are the mesh's own, or from files, and not both.");
        }

        return isIssued ? read with { Mode = TlsMode.Mesh } : read;
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

    private static void RefuseOthers(Wire.CommonTlsContext common, XdsField at)
    {
        if (common.TlsCertificates.Count > 1)
        {
            at["tls_certificates", 1].Fault("One certificate is shown.");
        }

        at.Refuse("tls_certificate_sds_secret_configs", common.TlsCertificateSdsSecretConfigs.Count > 0, NotServed);
        at.Refuse("tls_params", WireValues.OrNull(common.TlsParams ?? new()) is not null, "Versions and ciphers of TLS are the system's.");
        at.Refuse("custom_handshaker", common.CustomHandshaker is not null, "The handshake is the system's.");
        at.Refuse("custom_tls_certificate_selector", common.CustomTlsCertificateSelector is not null, "One certificate is shown.");
    }
}
