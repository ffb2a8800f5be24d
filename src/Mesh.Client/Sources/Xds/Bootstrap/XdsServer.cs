using Mesh.Client.Transport.Tls;

namespace Mesh.Client.Sources.Xds.Bootstrap;

/// <summary>One server of a bootstrap, and how it is talked to.</summary>
/// <param name="Address"><c>http</c> or <c>https</c> with host and port, or <c>unix</c> with the socket's path.</param>
internal sealed record XdsServer(Uri Address)
{
    public const string UnixScheme = "unix";

    /// <summary>The files that TLS needs; null: it has the system's authorities, or there is none.</summary>
    public TlsFileNames? Tls { get; init; }

    /// <summary>A file with a token that every stream shows; null: none.</summary>
    public string? TokenFile { get; init; }

    public XdsServerFeatures Features { get; init; }

    /// <summary>An address as people write it.</summary>
    public static string TextOf(Uri address) =>
        address.Scheme == UnixScheme ? address.OriginalString : address.GetLeftPart(UriPartial.Authority);

    /// <summary>The path of a socket's address.</summary>
    public static string SocketOf(Uri address) => address.OriginalString[(UnixScheme.Length + "://".Length)..];

    /// <summary>Nobody off this machine sees what is said there.</summary>
    public static bool IsLocal(Uri address) => address.Scheme == UnixScheme || address.IsLoopback;
}

/// <summary>What a server is said to do, or what its clients are to do with what it says.</summary>
[Flags]
internal enum XdsServerFeatures
{
    None = 0,

    /// <summary>A resource that is bad, withheld or deleted takes the one before it out of force (gRFC A88).</summary>
    FailOnDataErrors = 1,

    /// <summary>A resource that the server does not tell of in time is a server's trouble, and not one that there is not (gRFC A88).</summary>
    ResourceTimerIsTransientError = 2,
}
