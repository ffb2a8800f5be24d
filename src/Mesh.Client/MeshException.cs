using System.Net;

namespace Mesh.Client;

/// <summary>A call that the mesh could not bring to an answer. The message names the service, and the setting or fact to look at.</summary>
public sealed class MeshException : HttpRequestException
{
    internal MeshException(MeshFailureReason reason, string message, Exception? inner = null, HttpRequestError error = HttpRequestError.Unknown)
        : base(error, message, inner, reason is MeshFailureReason.NoEndpoints or MeshFailureReason.Overflow or MeshFailureReason.ConfigServerSilent ? HttpStatusCode.ServiceUnavailable : null)
    {
        Reason = reason;
    }

    /// <summary>Why there is no answer.</summary>
    public MeshFailureReason Reason { get; }

    /// <summary>The service that was called; the host where no service is known.</summary>
    public required string Service { get; init; }

    /// <summary>The route that the request took; null where it came to none.</summary>
    public string? Route { get; init; }

    /// <summary>The address of the last endpoint that was tried; null where none was.</summary>
    public string? Endpoint { get; init; }

    /// <summary>How often the request was sent, or tried to be; 0 where it never came to that.</summary>
    public int Attempts { get; init; }
}

/// <summary>Why a call has no answer.</summary>
public enum MeshFailureReason
{
    /// <summary>No source knows the host, and <c>Mesh:Outbound:UnknownHosts</c> is <c>Deny</c>.</summary>
    UnknownHost,

    /// <summary>
    /// The service, or the subset that the route chose, has no endpoints; or its rules were refused, and there are none before them. The message
    /// says which, and why.
    /// </summary>
    NoEndpoints,

    /// <summary><c>CircuitBreaker:MaxRequests</c> calls are in flight and <c>MaxPendingRequests</c> wait.</summary>
    Overflow,

    /// <summary>No connection came about: nothing was sent.</summary>
    ConnectFailure,

    /// <summary>The connection broke before the answer began; the server may have processed the request.</summary>
    Reset,

    /// <summary>The server said that it did not process the request (HTTP/2 REFUSED_STREAM).</summary>
    Refused,

    /// <summary>The config server has not answered for the name yet, and no other source knows it. It is not sent elsewhere meanwhile.</summary>
    ConfigServerSilent,
}
