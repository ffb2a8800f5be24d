using static Mesh.Model.Xds.TlsContextCodec;
using static Mesh.Model.Xds.Wire.CommonTlsContext;

namespace Mesh.Model.Xds;

/// <summary>What a server's certificate must be.</summary>
internal static class ServerCertificateCodec
{
    public static Wire.CertificateValidationContext Encode(TlsSettings settings)
    {
        // Others verify nothing where no authority is named.
        Wire.CertificateValidationContext context = settings.CaCertificates is { } file
            ? new() { TrustedCa = new() { Filename = file } }
            : new() { SystemRootCerts = new() };
        context.MatchTypedSubjectAltNames.Add(settings.SubjectAltNames.Select(SubjectAltNameCodec.Encode));
        return context;
    }

    /// <summary>
    /// Where no names are given the host's own must be in the certificate, and where no authority is, the system's are asked: both are
    /// stricter than with others.
    /// </summary>
    public static TlsSettings Decode(Wire.CommonTlsContext common, XdsField at)
    {
        switch (common.ValidationContextTypeCase)
        {
            case ValidationContextTypeOneofCase.None:
            case ValidationContextTypeOneofCase.ValidationContextCertificateProviderInstance:
                return new();
            case ValidationContextTypeOneofCase.ValidationContext:
                return Decode(common.ValidationContext, at["validation_context"]);
            case ValidationContextTypeOneofCase.CombinedValidationContext:
                return DecodeCombined(common.CombinedValidationContext, at["combined_validation_context"]);
            default:
                at.Fault(NotServed);
                return new();
        }
    }

    private static TlsSettings DecodeCombined(Types.CombinedCertificateValidationContext combined, XdsField at)
    {
        at.Refuse("validation_context_sds_secret_config", combined.ValidationContextSdsSecretConfig is not null, NotServed);
        return Decode(combined.DefaultValidationContext ?? new(), at["default_validation_context"]);
    }

    private static TlsSettings Decode(Wire.CertificateValidationContext context, XdsField at)
    {
        at.Refuse("verify_certificate_hash", context.VerifyCertificateHash.Count > 0, "Certificates are not known by their hash.");
        at.Refuse("verify_certificate_spki", context.VerifyCertificateSpki.Count > 0, "Certificates are not known by their key.");
        at.Refuse("crl", context.Crl is not null, "Revoked certificates are told by the system.");
        at.Refuse("require_signed_certificate_timestamp", context.RequireSignedCertificateTimestamp is true, "It is not verified.");
        at.Refuse("custom_validator_config", context.CustomValidatorConfig is not null, "Certificates are verified by authority and name.");
        return new()
        {
            CaCertificates = File(context.TrustedCa, at["trusted_ca"]),
            SubjectAltNames =
            [
                .. context.MatchSubjectAltNames.Select(
                    (matcher, i) => SubjectAltNameCodec.Decode(matcher, at["match_subject_alt_names", i])),
                .. context.MatchTypedSubjectAltNames.Select(
                    (name, i) => SubjectAltNameCodec.Decode(name, at["match_typed_subject_alt_names", i])),
            ],
        };
    }
}
