using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>ConfigServer</c>.</summary>
internal static class ConfigServerSchema
{
    private static readonly Scalar<string> s_url = Texts.Of(
        "an http or https URL, such as http://127.0.0.1:15010",
        text => Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.PathAndQuery == "/" && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps));

    // Whoever reads the secret on its way can join in this process's place.
    private static readonly Check<ConfigServerSettings> s_secret = new(
        ["Addresses", "JoinToken", "JoinTokenFile"],
        "A join token goes to servers with https alone, those on this machine aside.",
        c => c is { JoinToken: null, JoinTokenFile: null } ? null
            : c.Addresses.FirstOrDefault(address => !IsSecure(address) && !new Uri(address).IsLoopback) is { } open
                ? $"{Wording.Quote(open)} is plain http to another machine, where a join token can be read on its way: give the server's https address (port 15012 unless said otherwise)."
                : null);

    public static Section<ConfigServerSettings> Section { get; } = new(
        new ConfigServerSettings(), [Rule.AtMostOne("JoinToken", "JoinTokenFile")], [s_secret])
    {
        {
            "Addresses", "The servers; the first that answers is asked for the rules and endpoints of services.",
            new ListOf<string>(s_url), c => c.Addresses, (c, v) => c with { Addresses = v }
        },
        { "JoinToken", "The secret that lets a process join, as `mesh token create` writes it.", Texts.Line, c => c.JoinToken, (c, v) => c with { JoinToken = v }, Security },
        { "JoinTokenFile", "A file that holds it.", Texts.Line, c => c.JoinTokenFile, (c, v) => c with { JoinTokenFile = v }, Security },
        {
            "TrustBundle", "A PEM file with the authorities that the server's certificate may come from when a process joins. Not given: the one that the join token names.",
            Texts.Line, c => c.TrustBundle, (c, v) => c with { TrustBundle = v }, Security
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

    /// <summary>Whether what is said there is between the two alone.</summary>
    public static bool IsSecure(string address) => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
}
