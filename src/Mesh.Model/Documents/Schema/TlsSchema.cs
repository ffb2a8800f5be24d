using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The settings of a service's <c>Tls</c>.</summary>
internal static class TlsSchema
{
    public static Scalar<TlsMode> Mode { get; } = Choices.Of<TlsMode>(
        new("Disabled", TlsMode.Disabled), new("Simple", TlsMode.Simple), new("Mutual", TlsMode.Mutual), new("Mesh", TlsMode.Mesh));

    public static Section<TlsSettings> Section { get; } = new(new TlsSettings())
    {
        {
            "Mode", "Who shows a certificate: nobody, the server, both from files, both with the mesh's own.",
            Mode, t => t.Mode, (t, v) => t with { Mode = v }
        },
        { "Sni", "The name that is sent, and verified.", Texts.Line, t => t.Sni, (t, v) => t with { Sni = v }, Security },
        {
            "CaCertificates", "A PEM file with the authorities that are trusted.",
            Texts.Line, t => t.CaCertificates, (t, v) => t with { CaCertificates = v }, Security
        },
        {
            "ClientCertificate", "A PEM file with our certificate.",
            Texts.Line, t => t.ClientCertificate, (t, v) => t with { ClientCertificate = v }, Security
        },
        { "PrivateKey", "A PEM file with its key.", Texts.Line, t => t.PrivateKey, (t, v) => t with { PrivateKey = v }, Security },
        {
            "SubjectAltNames", "Any of these must be in the server's certificate.",
            new ListOf<string>(Texts.Line), t => t.SubjectAltNames, (t, v) => t with { SubjectAltNames = v }, Security
        },
    };
}
