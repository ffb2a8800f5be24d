using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The settings of a service's <c>Tls</c>.</summary>
internal static class TlsSchema
{
    public static Scalar<TlsMode> Mode { get; } = Choices.Of<TlsMode>(
        new("Disabled", TlsMode.Disabled), new("Simple", TlsMode.Simple), new("Mutual", TlsMode.Mutual), new("Mesh", TlsMode.Mesh));

    public static Section<TlsSettings> Section { get; } = new(
        new TlsSettings(),
        checks:
        [
            new(["Mode", "ClientCertificate"], "Mode Mutual needs a ClientCertificate.",
                t => t is { Mode: TlsMode.Mutual, ClientCertificate: null } ? "Mode is Mutual, and there is no certificate to show: give ClientCertificate." : null),
            new(["Mode", "CaCertificates", "ClientCertificate"], "Mode Mesh takes no files.",
                t => t.Mode == TlsMode.Mesh && (t.CaCertificates ?? t.ClientCertificate) is not null
                    ? "Mode is Mesh, in which certificate and authorities are the mesh's own: take CaCertificates and ClientCertificate away, or the Mode." : null),
            new(["PrivateKey", "ClientCertificate"], "A PrivateKey belongs to a ClientCertificate.",
                t => t is { PrivateKey: not null, ClientCertificate: null } ? "There is a PrivateKey without its certificate: give ClientCertificate." : null),
        ])
    {
        {
            "Mode", "Whether all calls go over TLS, and who shows a certificate then: Simple the server, Mutual both, Mesh both with the mesh's own. Disabled: calls say by their scheme. Not given: Simple, Mutual with a ClientCertificate.",
            Mode, t => t.Mode, (t, v) => t with { Mode = v }
        },
        { "Sni", "The name that is sent, and verified. Not given: the endpoint's host if it is a name, else the called one.", Texts.Line, t => t.Sni, (t, v) => t with { Sni = v }, Security },
        {
            "CaCertificates", "A PEM file with the authorities that are trusted, and no others. Not given: the system's.",
            Texts.Line, t => t.CaCertificates, (t, v) => t with { CaCertificates = v }, Security
        },
        {
            "ClientCertificate", "A PEM file with our certificate, then those between it and its authority.",
            Texts.Line, t => t.ClientCertificate, (t, v) => t with { ClientCertificate = v, PrivateKey = null }, Security
        },
        { "PrivateKey", "A PEM file with its key. Not given: it is in the same file.", Texts.Line, t => t.PrivateKey, (t, v) => t with { PrivateKey = v }, Security },
        {
            "SubjectAltNames", "Any of these must be in the server's certificate, instead of the host's name: hosts, addresses, URIs. With Mode Mesh: the identities that the server may have; not given, that of the service's own name.",
            new ListOf<string>(Texts.Line), t => t.SubjectAltNames, (t, v) => t with { SubjectAltNames = v }, Security
        },
    };
}
