using System.Globalization;
using System.Net.Http.Headers;
using Mesh.Model;

namespace Mesh.Client.Filters;

/// <summary>
/// Decides which requests suffer what. The route's settings say so, or, where they allow it, headers of the request: those of Envoy's fault
/// filter, <c>x-envoy-fault-delay-request</c> in milliseconds, <c>x-envoy-fault-abort-request</c> with an HTTP status and
/// <c>x-envoy-fault-abort-grpc-request</c> with a gRPC status.
/// </summary>
internal sealed class FaultInjector(RouteFault settings)
{
    public const string DelayHeader = "x-envoy-fault-delay-request";
    public const string AbortHeader = "x-envoy-fault-abort-request";
    public const string AbortGrpcHeader = "x-envoy-fault-abort-grpc-request";

    // As long as any time in the settings may be.
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromHours(24);

    /// <summary>How long this request waits before anything else happens to it.</summary>
    public TimeSpan DelayFor(HttpRequestMessage request) =>
        Number(request, DelayHeader, 0, (long)s_longestDelay.TotalMilliseconds) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds)
        : settings.Delay is { } delay && Chance.Falls(delay.Percent) ? delay.FixedDelay
        : TimeSpan.Zero;

    /// <summary>What this request is answered with instead of being sent; null: it is sent.</summary>
    public FaultAbort? AbortFor(HttpRequestMessage request) =>
        Number(request, AbortHeader, 200, 599) is { } status ? new FaultAbort { StatusCode = (int)status }
        : Number(request, AbortGrpcHeader, 0, 16) is { } grpcStatus ? new FaultAbort { GrpcStatus = (int)grpcStatus }
        : settings.Abort is { } abort && Chance.Falls(abort.Percent) ? abort
        : null;

    // What cannot be read asks for nothing, as with Envoy: the request is not the operator's, and says what it likes.
    private long? Number(HttpRequestMessage request, string header, long least, long most) =>
        settings.AllowHeaders
        && request.Headers.NonValidated.TryGetValues(header, out HeaderStringValues values)
        && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
        && number >= least && number <= most
            ? number
            : null;
}
