using System.Net;

namespace Mesh.Model.Documents;

/// <summary>Settings that name services and hosts.</summary>
internal static class Names
{
    private const int Longest = 253;
    private const string Dotted = "^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*$";

    /// <summary>A service: <c>catalog</c> or <c>catalog.shop</c>.</summary>
    public static Scalar<string> Service { get; } = new(
        $"a service name: letters, digits, '-', '_' and '.', at most {Longest} characters", ParseService, value => value)
    {
        Pattern = Dotted,
    };

    /// <summary>A part of something: a subset, a namespace.</summary>
    public static Scalar<string> Part { get; } = Texts.Of(
        "a name: letters, digits, '-', '_' and '.', at most 63 characters", text => text.Length <= 63 && IsDotted(text), Dotted);

    /// <summary>Names with dots that sources are asked for.</summary>
    public static Scalar<string> Domain { get; } = new(
        "a host name or a wildcard, such as catalog.mesh or *.mesh",
        text => IsLocal(text.Split('.')[^1]) ? ThisMachine : IsPattern(text) && !IsAddress(text) ? text : Parsed.Bad<string>(),
        value => value);

    /// <summary>Another name of a service.</summary>
    public static Scalar<string> Host { get; } = Texts.Of(
        "a host name or a wildcard with or without a port, such as catalog:8080 or *.catalog.internal",
        text => text.Split(':') switch
        {
            [string host] => IsPattern(host),
            [string host, string port] => IsPattern(host) && Addresses.ParsePort(port) is not null,
            _ => false,
        });

    /// <summary>A host as such.</summary>
    public static Scalar<string> HostName { get; } = Texts.Of("a host name, such as catalog.internal", IsDotted, Dotted);

    /// <summary>A gRPC service with its package.</summary>
    public static Scalar<string> GrpcService { get; } = Texts.Of(
        "a gRPC service with its package, such as shop.Pricing", text => IsDotted(text) && !text.Contains('-', StringComparison.Ordinal),
        "^[A-Za-z0-9_]+([.][A-Za-z0-9_]+)*$");

    public static Scalar<string> GrpcMethod { get; } = Texts.Of(
        "a gRPC method, such as GetPrice", text => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'),
        "^[A-Za-z0-9_]+$");

    /// <summary>Letters, digits, hyphens and underscores with single dots between them.</summary>
    public static bool IsDotted(string text) =>
        text.Length is > 0 and <= Longest
        && text.Split('.').All(label => label.Length > 0 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    private static bool IsPattern(string text) => IsDotted(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text);

    /// <summary>Also in the spellings that a URI turns into an address, such as a lone number.</summary>
    private static bool IsAddress(string text) => IPAddress.TryParse(text, out _);

    private static Parsed<string> ThisMachine => Parsed.Bad<string>("'localhost' always means this machine.");

    private static bool IsLocal(string text) => text.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    private static Parsed<string> ParseService(string text) =>
        IsLocal(text) ? ThisMachine
        : IsAddress(text) ? Parsed.Bad<string>("Addresses belong in a service's Endpoints.")
        : IsDotted(text) ? text
        : Parsed.Bad<string>();
}
