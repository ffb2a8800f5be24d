using Mesh.Model.Documents;
using Mesh.Model.Matching;
using Case = Mesh.Model.Xds.Wire.RouteMatch.PathSpecifierOneofCase;

namespace Mesh.Model.Xds;

/// <summary>Tests of a path. A gRPC call is one by its path, too.</summary>
internal static class PathMatchCodec
{
    private const string EveryPath = "/";

    public static void Encode(RouteMatch match, Wire.RouteMatch message)
    {
        bool ignoreCase = match.IgnorePathCase;
        switch (match)
        {
            case { Path: { } path }:
                message.Path = path;
                break;
            case { PathPrefix: not (null or "" or EveryPath) }:
                // One slash at the end says nothing, and xDS wants none; of two each counts.
                message.PathSeparatedPrefix = match.PathPrefix.EndsWith("//", StringComparison.Ordinal)
                    ? match.PathPrefix : PathPrefix.Trim(match.PathPrefix);
                break;
            case { PathStart: { } letters }:
                message.Prefix = letters;
                break;
            case { PathRegex: { } regex }:
                // case_sensitive is not for patterns.
                message.SafeRegex = XdsPatterns.Encode(regex, ignoreCase);
                ignoreCase = false;
                break;
            case { Grpc: { Service: { } service, Method: { } method } }:
                message.Path = $"/{service}/{method}";
                break;
            case { Grpc.Service: { } service }:
                message.Prefix = $"/{service}/";
                break;
            case { Grpc.Method: { } method }:
                message.SafeRegex = new() { Regex = $"/[^/]+/{method}" };
                break;
            default:
                message.Prefix = EveryPath;
                ignoreCase = false;
                break;
        }

        message.CaseSensitive = ignoreCase ? false : null;
    }

    public static RouteMatch Decode(Wire.RouteMatch message, XdsField at)
    {
        bool ignoreCase = message.CaseSensitive is false;
        switch (message.PathSpecifierCase)
        {
            case Case.Prefix when message.Prefix is "" or EveryPath:
                return new();
            case Case.Prefix:
                return new() { PathStart = message.Prefix, IgnorePathCase = ignoreCase };
            case Case.Path:
                return new() { Path = message.Path, IgnorePathCase = ignoreCase };
            case Case.PathSeparatedPrefix when message.PathSeparatedPrefix.StartsWith('/'):
                return new() { PathPrefix = message.PathSeparatedPrefix, IgnorePathCase = ignoreCase };
            case Case.PathSeparatedPrefix:
                at["path_separated_prefix"].Fault("A path starts with '/'.");
                return new();
            case Case.SafeRegex:
                (string text, bool inAnyCase) = XdsPatterns.SplitCase(message.SafeRegex.Regex);
                return new()
                {
                    PathRegex = XdsPatterns.Decode(Patterns.Whole, text, at["safe_regex"]), IgnorePathCase = inAnyCase,
                };
            default:
                at.Fault("This has none of prefix, path, safe_regex, path_separated_prefix.");
                return new();
        }
    }
}
