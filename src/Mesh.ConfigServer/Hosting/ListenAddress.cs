using System.Globalization;
using System.Net;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.Hosting;

/// <summary>Where to listen.</summary>
internal static class ListenAddress
{
    public const string Off = "off";

    private const string Allowed =
        "It must be HOST:PORT with an IP address or localhost for the host, such as 127.0.0.1:15080 or [::1]:0, or 'off'.";

    /// <summary>Null for <c>off</c>, and where the text is a fault.</summary>
    public static IPEndPoint? Parse(string setting, string? text, List<DocumentFault> faults)
    {
        if (text == Off)
        {
            return null;
        }

        if (string.IsNullOrEmpty(text))
        {
            faults.Add(new DocumentFault(setting, $"It is missing. {Allowed}"));
            return null;
        }

        int colon = text.LastIndexOf(':');
        IPAddress? host = colon < 0 ? null : Host(text[..colon]);
        if (host is null || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            faults.Add(new DocumentFault(setting, $"{Wording.Quote(text)} is no address to listen on. {Allowed}"));
            return null;
        }

        return new IPEndPoint(host, port);
    }

    private static IPAddress? Host(string text) => text switch
    {
        ['[', .. string inner, ']'] => inner.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(inner, out IPAddress? v6)
            ? v6
            : null,
        _ when text.Equals("localhost", StringComparison.OrdinalIgnoreCase) => IPAddress.Loopback,

        // Short forms such as 127.1 are addresses to the parser; a person more often forgot a number.
        _ => IPAddress.TryParse(text, out IPAddress? v4) && v4.ToString() == text && !text.Contains(':', StringComparison.Ordinal)
            ? v4
            : null,
    };
}
