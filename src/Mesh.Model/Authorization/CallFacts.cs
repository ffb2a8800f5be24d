using System.Net;
using Mesh.Model.Identity;
using Microsoft.Extensions.Primitives;

namespace Mesh.Model.Authorization;

/// <summary>What a policy may ask about a call. What is null is not known: it lets a DENY match, and no ALLOW.</summary>
internal readonly struct CallFacts
{
    private readonly IPAddress? _remoteAddress;

    /// <summary>As it was received.</summary>
    public required string Method { get; init; }

    /// <summary>Decoded, without the query, with nothing taken off: as the web server hands it to the application.</summary>
    public required string Path { get; init; }

    /// <summary>With its port, where it was sent with one.</summary>
    public string? Host { get; init; }

    /// <summary>On which the call arrived; 0: not known.</summary>
    public int Port { get; init; }

    /// <summary>Who has proven to call. Null: nobody has, as in plain text.</summary>
    public SpiffeId? Peer { get; init; }

    /// <summary>Where the connection comes from.</summary>
    public IPAddress? RemoteAddress
    {
        get => _remoteAddress;
        init => (_remoteAddress, Address) = (value, value is null ? null : AddressBits.Of(value));
    }

    /// <summary>The server's name in the TLS handshake; empty: none was sent.</summary>
    public string? ServerName { get; init; }

    /// <summary>The endpoint's route pattern, the root's as <c>/</c>; empty: no endpoint takes the call.</summary>
    public string? Route { get; init; }

    /// <summary>The request that the reader reads from.</summary>
    public required object Carrier { get; init; }

    /// <summary>Reads the lines of a header, none where it is absent. One delegate for all calls, so that asking allocates nothing.</summary>
    public required Func<object, string, StringValues> HeaderReader { get; init; }

    /// <summary><see cref="RemoteAddress"/>, taken apart once for all rules.</summary>
    internal AddressBits? Address { get; private init; }

    public StringValues Header(string name) => HeaderReader(Carrier, name);
}
