using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>Identity</c>: what proves who this process is.</summary>
internal static class IdentityFilesSchema
{
    public static Section<IdentitySettings> Section { get; } = new(new IdentitySettings())
    {
        {
            "Directory", "A folder where something else keeps certificate, key and authorities, and renews them: tls.crt, tls.key and ca.crt as cert-manager names them, or cert-chain.pem, key.pem and root-cert.pem as Istio's agent does. Not given: the config server gives the identity.",
            Texts.Line, i => i.Directory, (i, v) => i with { Directory = v }, Security
        },
    };
}
