namespace Mesh.Cli.Api;

/// <summary>Who writes, and why: headers of requests that write.</summary>
internal static class AuthorHeaders
{
    public static IEnumerable<(string Name, string Value)> Of(string? message)
    {
        yield return ("Mesh-Author", Uri.EscapeDataString(Environment.UserName) + "@" + Uri.EscapeDataString(Environment.MachineName));
        if (!string.IsNullOrEmpty(message))
        {
            yield return ("Mesh-Message", Uri.EscapeDataString(message));
        }
    }
}
