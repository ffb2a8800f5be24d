using System.Globalization;
using Mesh.Client.Transport.Tls;

namespace Mesh.Client.Sources.Xds.Bootstrap;

/// <summary>Reads the servers of a bootstrap.</summary>
/// <param name="folder">Where files are that are named without a full path.</param>
internal sealed class BootstrapServers(string folder)
{
    private const string Insecure = "insecure";
    private const string Tls = "tls";

    /// <summary>Null after a fault.</summary>
    public XdsServer? Read(BootstrapNode at)
    {
        if (!at.IsObject())
        {
            return null;
        }

        string? credentials = Credentials(at["channel_creds"], out BootstrapNode? config);
        TlsFileNames? files = credentials == Tls ? Files(config!) : null;
        if (at["server_uri"].Needed() is not { } uri)
        {
            return null;
        }

        if (AddressOf(uri, credentials == Tls) is not { } address)
        {
            at["server_uri"].Fault($"'{uri}' is none of host:port, dns:///host:port and unix:///path.");
            return null;
        }

        return credentials is null ? null : new XdsServer(address)
        {
            Tls = files,
            TokenFile = Token(at["call_creds"], address),
            Features = Features(at["server_features"]),
        };
    }

    private static string? Credentials(BootstrapNode at, out BootstrapNode? config)
    {
        List<string> unsupported = [];
        IReadOnlyList<BootstrapNode> offers = at.Items();
        foreach (BootstrapNode offer in offers.Where(offer => offer.IsObject()))
        {
            config = offer["config"];
            switch (offer["type"].Needed())
            {
                case Insecure:
                    return Insecure;
                case Tls:
                    return Tls;
                case { } other:
                    unsupported.Add(other);
                    break;
            }
        }

        config = null;
        if (offers.Count == 0)
        {
            at.Fault($"How the server is talked to is needed: {Insecure} or {Tls}.");
        }
        else if (unsupported.Count > 0)
        {
            at.Fault($"None of these is supported: {string.Join(", ", unsupported)}. {Insecure} and {Tls} are.");
        }

        return null;
    }

    private TlsFileNames? Files(BootstrapNode config)
    {
        config.Object();
        BootstrapNode authorities = config["ca_certificate_file"];
        BootstrapNode certificate = config["certificate_file"];
        BootstrapNode key = config["private_key_file"];
        if (certificate.Exists != key.Exists)
        {
            (certificate.Exists ? key : certificate).Fault("A certificate and its key are given together.");
            return null;
        }

        TlsFileNames names = new(Full(authorities), Full(certificate), Full(key));
        try
        {
            _ = TlsCertificates.Read(names, folder);
        }
        catch (TlsFileException unusable)
        {
            (unusable.Setting switch
            {
                nameof(names.CaCertificates) => authorities,
                nameof(names.ClientCertificate) => certificate,
                _ => key,
            }).Fault(unusable.Message);
        }

        return names;
    }

    private string? Full(BootstrapNode at) => at.Text() is { Length: > 0 } file ? Path.GetFullPath(file, folder) : null;

    // A token is as good as a password: whoever sees it is its bearer.
    private string? Token(BootstrapNode at, Uri address)
    {
        foreach (BootstrapNode offer in at.Items().Where(offer => offer.IsObject()))
        {
            if (offer["type"].Needed() != "jwt_token_file" || offer["config"]["jwt_token_file"].Needed() is not { } file)
            {
                continue;
            }

            if (address.Scheme == Uri.UriSchemeHttp && !XdsServer.IsLocal(address))
            {
                offer.Fault($"The token would go to {XdsServer.TextOf(address)} in plain text, for all between to see. Give the server tls in channel_creds.");
            }

            return Path.GetFullPath(file, folder);
        }

        return null;
    }

    private static XdsServerFeatures Features(BootstrapNode at) => at.Items().Aggregate(
        XdsServerFeatures.None,
        (features, feature) => features | feature.Text() switch
        {
            "fail_on_data_errors" => XdsServerFeatures.FailOnDataErrors,
            "resource_timer_is_transient_error" => XdsServerFeatures.ResourceTimerIsTransientError,
            _ => XdsServerFeatures.None,
        });

    private static Uri? AddressOf(string uri, bool isSecure)
    {
        if (uri.StartsWith("unix:", StringComparison.Ordinal))
        {
            string path = uri.StartsWith("unix://", StringComparison.Ordinal) ? uri["unix://".Length..] : uri["unix:".Length..];
            return !isSecure && path.StartsWith('/') && Uri.TryCreate($"{XdsServer.UnixScheme}://{path}", UriKind.Absolute, out Uri? socket) ? socket : null;
        }

        string authority = uri.StartsWith("dns:///", StringComparison.Ordinal) ? uri["dns:///".Length..]
            : uri.StartsWith("dns:", StringComparison.Ordinal) ? uri["dns:".Length..] : uri;
        int colon = authority.LastIndexOf(':');
        return colon > 0
            && authority.IndexOfAny(['/', '?', '#', '@']) < 0
            && ushort.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            && Uri.TryCreate($"{(isSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{authority}", UriKind.Absolute, out Uri? address)
                ? address
                : null;
    }
}
