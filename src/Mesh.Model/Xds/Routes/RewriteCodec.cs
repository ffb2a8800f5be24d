using System.Collections.Immutable;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>With which path and host a request is sent.</summary>
internal static class RewriteCodec
{
    // xDS has no field for a whole path.
    private const string WholePath = "^/.*$";

    public static void Encode(
        RouteRewrite rewrite, ImmutableArray<RouteMatch> matches, Wire.RouteAction action, Wire.RouteExtension extension)
    {
        if (rewrite.Hostname is { } host)
        {
            action.HostRewriteLiteral = host;
        }

        if (rewrite.ReplacePrefixMatch is { } replacement)
        {
            bool agree = PrefixRewrites.Agree(replacement, matches);
            action.PrefixRewrite = agree ? replacement : "";
            extension.ReplacePrefixMatch = agree ? "" : replacement;
        }

        if (rewrite.ReplaceFullPath is { } path)
        {
            action.RegexRewrite = new()
            {
                Pattern = new() { Regex = WholePath }, Substitution = path.Replace(@"\", @"\\", StringComparison.Ordinal),
            };
        }

        if (rewrite.Regex is { Pattern: { } pattern, Substitution: var substitution })
        {
            string? text = Substitutions.ToRe2(substitution, pattern);
            action.RegexRewrite = new() { Pattern = new() { Regex = pattern.ToString() }, Substitution = text ?? "" };
            bool isTheSame = text is not null && Substitutions.FromRe2(text, pattern, XdsField.Resource()) == substitution;
            extension.Substitution = isTheSame ? null : substitution;
        }
    }

    /// <param name="action">What is said there of path and host.</param>
    /// <param name="match">What leads to it.</param>
    /// <param name="extension">Our own words.</param>
    /// <param name="at">Where it stands.</param>
    public static RouteRewrite? Decode(Wire.RouteAction action, Wire.RouteMatch match, Wire.RouteExtension extension, XdsField at)
    {
        at.Refuse("auto_host_rewrite", action.AutoHostRewrite is true);
        at.Refuse("host_rewrite_header", action.HasHostRewriteHeader);
        at.Refuse("host_rewrite_path_regex", action.HostRewritePathRegex is not null);
        at.Refuse("host_rewrite", action.HasHostRewrite);
        at.Refuse("path_rewrite", action.PathRewrite.Length > 0);
        at.Refuse("path_rewrite_policy", action.PathRewritePolicy is not null);
        bool[] paths = [action.PrefixRewrite.Length > 0, action.RegexRewrite is not null, extension.ReplacePrefixMatch.Length > 0];
        if (paths.Count(isUsed => isUsed) > 1)
        {
            at.Fault("There is more than one rewrite of the path.");
        }

        RouteRewrite? rewrite =
            action.PrefixRewrite.Length > 0 ? PrefixRewrites.Decode(action.PrefixRewrite, match, at["prefix_rewrite"])
            : extension.ReplacePrefixMatch.Length > 0 && PrefixRewrites.IsPath(extension.ReplacePrefixMatch, at)
                ? new() { ReplacePrefixMatch = extension.ReplacePrefixMatch }
            : action.RegexRewrite is { } regex ? Decode(regex, extension.Substitution, at["regex_rewrite"])
            : null;
        if (!action.HasHostRewriteLiteral || action.HostRewriteLiteral.Length == 0)
        {
            return rewrite;
        }

        if (!Names.IsDotted(action.HostRewriteLiteral))
        {
            at["host_rewrite_literal"].Fault($"{Wording.Quote(action.HostRewriteLiteral)} is no host name.");
        }

        return (rewrite ?? new()) with { Hostname = action.HostRewriteLiteral };
    }

    private static RouteRewrite? Decode(Wire.RegexMatchAndSubstitute rewrite, string? substitution, XdsField at)
    {
        string pattern = rewrite.Pattern?.Regex ?? "";
        if (pattern == WholePath && substitution is null && !rewrite.Substitution.Contains('\\', StringComparison.Ordinal))
        {
            _ = PrefixRewrites.IsPath(rewrite.Substitution, at["substitution"]);
            return new() { ReplaceFullPath = rewrite.Substitution };
        }

        if (XdsPatterns.Decode(Patterns.Anywhere, pattern, at["pattern"]) is not { } regex
            || (substitution ?? Substitutions.FromRe2(rewrite.Substitution, regex, at["substitution"])) is not { } text)
        {
            return null;
        }

        return new() { Regex = new() { Pattern = regex, Substitution = text } };
    }
}
