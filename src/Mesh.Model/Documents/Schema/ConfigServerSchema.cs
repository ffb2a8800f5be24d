using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>ConfigServer</c>.</summary>
internal static class ConfigServerSchema
{
    // To a server with TLS belong a certificate that is verified and one to show.
    private static readonly Scalar<string> s_url = new(
        "an http or https URL, such as http://127.0.0.1:15010",
        text => !Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.PathAndQuery != "/" ? Parsed.Bad<string>()
            : uri.Scheme == Uri.UriSchemeHttp ? text
            : uri.Scheme == Uri.UriSchemeHttps ? Parsed.NotSupportedYet(text)
            : Parsed.Bad<string>(),
        value => value);

    public static Section<ConfigServerSettings> Section { get; } = new(
        new ConfigServerSettings(), [Rule.AtMostOne("JoinToken", "JoinTokenFile")])
    {
        {
            "Addresses", "The servers; the first that answers is asked for the rules and endpoints of services.",
            new ListOf<string>(s_url), c => c.Addresses, (c, v) => c with { Addresses = v }
        },
        { "JoinToken", "The secret that lets a process join.", Texts.Line, c => c.JoinToken, (c, v) => c with { JoinToken = v }, NotSupportedYet | Security },
        { "JoinTokenFile", "A file that holds it.", Texts.Line, c => c.JoinTokenFile, (c, v) => c with { JoinTokenFile = v }, NotSupportedYet | Security },
        {
            "TrustBundle", "A PEM file with the authorities that the server's certificate may come from.",
            Texts.Line, c => c.TrustBundle, (c, v) => c with { TrustBundle = v }, NotSupportedYet | Security
        },
        {
            "CacheDirectory", "Where the last good rules are kept for a start without the server.",
            Texts.Line, c => c.CacheDirectory, (c, v) => c with { CacheDirectory = v }
        },
        {
            "FirstCallTimeout", "How long the start of the host and a first call wait for what the servers say of a service.",
            Durations.Any, c => c.FirstCallTimeout, (c, v) => c with { FirstCallTimeout = v }
        },
    };
}
