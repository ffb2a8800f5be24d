using System.Collections.Immutable;
using Mesh.Model.Documents;
using Code = Mesh.Model.Xds.Wire.RedirectAction.Types.RedirectResponseCode;
using PathCase = Mesh.Model.Xds.Wire.RedirectAction.PathRewriteSpecifierOneofCase;

namespace Mesh.Model.Xds;

/// <summary>Answers with another address.</summary>
internal static class RedirectCodec
{
    private static readonly (Code Code, int Status)[] s_codes =
    [
        (Code.MovedPermanently, 301), (Code.Found, 302), (Code.SeeOther, 303), (Code.TemporaryRedirect, 307), (Code.PermanentRedirect, 308),
    ];

    public static Wire.RedirectAction Encode(RouteRedirect redirect, ImmutableArray<RouteMatch> matches, Wire.RouteExtension extension)
    {
        Wire.RedirectAction action = new()
        {
            HostRedirect = redirect.Hostname ?? "", PortRedirect = (uint)(redirect.Port ?? 0),
            ResponseCode = s_codes.First(code => code.Status == redirect.StatusCode).Code,
        };
        if (redirect.Scheme is { } scheme)
        {
            action.SchemeRedirect = scheme;
        }

        if (redirect.ReplaceFullPath is { } path)
        {
            action.PathRedirect = path;
        }

        if (redirect.ReplacePrefixMatch is { } replacement)
        {
            if (PrefixRewrites.Agree(replacement, matches))
            {
                action.PrefixRewrite = replacement;
            }
            else
            {
                extension.ReplacePrefixMatch = replacement;
            }
        }

        return action;
    }

    public static RouteRedirect Decode(Wire.RedirectAction action, Wire.RouteMatch match, Wire.RouteExtension extension, XdsField at)
    {
        at.Refuse("strip_query", action.StripQuery);
        at.Refuse("regex_rewrite", action.RegexRewrite is not null);
        string? scheme = action.HttpsRedirect ? "https" : Given(action.HasSchemeRedirect ? action.SchemeRedirect : "");
        if (scheme is not (null or "http" or "https"))
        {
            at["scheme_redirect"].Fault("Only http and https are supported.");
        }

        if (action.HostRedirect.Length > 0 && !Names.IsDotted(action.HostRedirect))
        {
            at["host_redirect"].Fault($"{Wording.Quote(action.HostRedirect)} is no host name.");
        }

        if (action.PortRedirect > 65535)
        {
            at["port_redirect"].Fault("A port is at most 65535.");
        }

        if (!Enum.IsDefined(action.ResponseCode))
        {
            at["response_code"].Fault("This is no status of a redirect.");
        }

        return WithPath(action, match, extension, at) with
        {
            Scheme = scheme,
            Hostname = Given(action.HostRedirect),
            Port = action.PortRedirect == 0 ? null : (int)Math.Min(action.PortRedirect, 65535),
            StatusCode = s_codes.FirstOrDefault(code => code.Code == action.ResponseCode).Status,
        };
    }

    private static RouteRedirect WithPath(Wire.RedirectAction action, Wire.RouteMatch match, Wire.RouteExtension extension, XdsField at)
    {
        if (extension.ReplacePrefixMatch.Length > 0)
        {
            _ = PrefixRewrites.IsPath(extension.ReplacePrefixMatch, at);
            return new() { ReplacePrefixMatch = extension.ReplacePrefixMatch };
        }

        if (action.PathRewriteSpecifierCase is PathCase.PathRedirect && action.PathRedirect.Length > 0)
        {
            _ = PrefixRewrites.IsPath(action.PathRedirect, at["path_redirect"]);
            return new() { ReplaceFullPath = action.PathRedirect };
        }

        if (action.PathRewriteSpecifierCase is not PathCase.PrefixRewrite || action.PrefixRewrite.Length == 0)
        {
            return new();
        }

        XdsField prefixAt = at["prefix_rewrite"];
        RouteRewrite? rewrite = PrefixRewrites.Decode(action.PrefixRewrite, match, prefixAt);
        if (rewrite?.Regex is not null)
        {
            prefixAt.Fault("A redirect can replace segments that matched path_separated_prefix, or a path.");
        }

        return new() { ReplacePrefixMatch = rewrite?.ReplacePrefixMatch, ReplaceFullPath = rewrite?.ReplaceFullPath };
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;
}
