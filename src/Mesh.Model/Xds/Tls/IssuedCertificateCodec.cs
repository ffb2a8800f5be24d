namespace Mesh.Model.Xds;

/// <summary>
/// Certificates and authorities that are the mesh's own, in gRPC's words (A29): <c>default</c> gives them, and <c>ROOTCA</c> is whom to trust.
/// </summary>
internal static class IssuedCertificateCodec
{
    private const string Instance = "default";
    private const string Authorities = "ROOTCA";

    public static Wire.CommonTlsContext Encode(TlsSettings settings)
    {
        Wire.CertificateValidationContext trust = new() { CaCertificateProviderInstance = new() { InstanceName = Instance, CertificateName = Authorities } };

        // In the older form, for gRPC knows no other, and would take anybody of the mesh.
        trust.MatchSubjectAltNames.Add(settings.SubjectAltNames.Select(name => new Wire.StringMatcher { Exact = name }));
        return new() { TlsCertificateProviderInstance = new() { InstanceName = Instance, CertificateName = Instance }, ValidationContext = trust };
    }

    /// <summary>Whether that is what is meant. Half of it is a fault.</summary>
    public static bool Decode(Wire.CommonTlsContext common, XdsField at)
    {
        (string? own, XdsField ownAt) = OwnOf(common, at);
        (string? trusted, XdsField trustedAt) = TrustedOf(common, at);
        if (own is null && trusted is null)
        {
            return false;
        }

        if (own is null || trusted is null)
        {
            (own is null ? trustedAt : ownAt).Fault("Both the certificate and the authorities are the mesh's own, or neither.");
            return false;
        }

        Check(own, ownAt);
        Check(trusted, trustedAt);
        return true;
    }

    private static void Check(string instance, XdsField at)
    {
        if (instance != Instance)
        {
            at["instance_name"].Fault($"'{instance}' is not known here; '{Instance}' is, for the mesh's own.");
        }
    }

    private static (string? Instance, XdsField At) OwnOf(Wire.CommonTlsContext common, XdsField at) =>
        common.TlsCertificateProviderInstance is { } own ? (own.InstanceName, at["tls_certificate_provider_instance"])
        : (common.TlsCertificateCertificateProviderInstance?.InstanceName, at["tls_certificate_certificate_provider_instance"]);

    private static (string? Instance, XdsField At) TrustedOf(Wire.CommonTlsContext common, XdsField at)
    {
        if (common.CombinedValidationContext is not { } combined)
        {
            return common.ValidationContext?.CaCertificateProviderInstance is { } given
                ? (given.InstanceName, at["validation_context"]["ca_certificate_provider_instance"])
                : (common.ValidationContextCertificateProviderInstance?.InstanceName, at);
        }

        XdsField combinedAt = at["combined_validation_context"];
        return combined.DefaultValidationContext?.CaCertificateProviderInstance is { } trusted
            ? (trusted.InstanceName, combinedAt["default_validation_context"]["ca_certificate_provider_instance"])
            : (combined.ValidationContextCertificateProviderInstance?.InstanceName, combinedAt["validation_context_certificate_provider_instance"]);
    }
}
