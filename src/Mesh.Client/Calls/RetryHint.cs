using System.Globalization;
using System.Net.Http.Headers;

namespace Mesh.Client.Calls;

/// <summary>What a server says about coming back: <c>Retry-After</c> (RFC 9110, 10.2.3) or gRPC's <c>grpc-retry-pushback-ms</c> (gRFC A6).</summary>
/// <param name="Wait">How long to stay away; null: it does not say.</param>
/// <param name="IsForbidden">True: not to come back at all.</param>
internal readonly record struct RetryHint(TimeSpan? Wait, bool IsForbidden)
{
    public static RetryHint Read(HttpResponseMessage response, TimeProvider time)
    {
        if (response.Headers.NonValidated.TryGetValues(GrpcProtocol.Pushback, out HeaderStringValues pushback))
        {
            // A value that is negative, or no number at all, means "do not retry".
            return int.TryParse(pushback.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds)
                ? new RetryHint(TimeSpan.FromMilliseconds(milliseconds), IsForbidden: false)
                : new RetryHint(null, IsForbidden: true);
        }

        if (!response.Headers.NonValidated.Contains("Retry-After"))
        {
            return default;
        }

        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => null,
        };
        return new RetryHint(wait < TimeSpan.Zero ? TimeSpan.Zero : wait, IsForbidden: false);
    }
}
