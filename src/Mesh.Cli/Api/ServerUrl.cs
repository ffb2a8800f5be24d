namespace Mesh.Cli.Api;

/// <summary>Where a config server is said to be.</summary>
internal static class ServerUrl
{
    /// <param name="text">A URL, or a host and a port.</param>
    /// <param name="origin">What said so.</param>
    /// <param name="example">What is one.</param>
    /// <exception cref="ToolException">There can be no config server.</exception>
    public static Uri Parse(string text, string origin, string example)
    {
        string written = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return !Uri.TryCreate(written, UriKind.Absolute, out Uri? url) || url.Host.Length == 0
                ? throw Wrong(text, origin, $"it is no URL of a config server, such as {example}")
            : url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps
                ? throw Wrong(text, origin, $"'{url.Scheme}' is no scheme that the config server speaks. Give http://HOST:PORT or https://HOST:PORT")
            : url.UserInfo.Length > 0
                ? throw Wrong(text, origin, $"the config server asks for no user. Give {url.Scheme}://{url.Authority}")
            : url.PathAndQuery + url.Fragment is not "/" and var rest
                ? throw Wrong(text, origin, $"'{rest}' does not belong there. Give {url.Scheme}://{url.Authority}")
            : url;
    }

    private static ToolException Wrong(string text, string origin, string why) =>
        new(ExitCode.Usage, $"{origin} is {Model.Documents.Wording.Quote(text)}: {why}.");
}
