using System.Net;
using Mesh.Client.Resilience;
using Mesh.Client.Runtime;
using Mesh.Client.Transport;

namespace Mesh.Client.Calls;

/// <summary>
/// Follows redirects of services as the client's own handler follows those of other hosts. It does so above the mesh, for a redirect may
/// lead to another service, or out of the mesh: each address is looked up anew, and is a call of its own.
/// </summary>
internal sealed class RedirectFollower
{
    private readonly IClientSender _sender;
    private readonly int _most;
    private readonly bool _staysInside;

    private RedirectFollower(IClientSender sender, int most, ICredentials? credentials)
    {
        _sender = sender;
        _most = most;

        // The client's own handler would take the address for one that the application chose, and show it the credentials. Those of a
        // cache are for the addresses that they are kept under.
        _staysInside = credentials is not null and not CredentialCache;
    }

    /// <param name="sender">Sends what a redirect leads to.</param>
    /// <param name="primary">The client's own handler, which says whether and how often. Null where it follows none.</param>
    public static RedirectFollower? For(IClientSender sender, HttpMessageHandler primary) => primary switch
    {
        SocketsHttpHandler { AllowAutoRedirect: true } own => new(sender, own.MaxAutomaticRedirections, own.Credentials),
        HttpClientHandler { AllowAutoRedirect: true } own => new(sender, own.MaxAutomaticRedirections, own.Credentials),
        _ => null,
    };

    public static bool IsRedirect(HttpResponseMessage? response) => response?.StatusCode is
        (>= HttpStatusCode.MultipleChoices and <= HttpStatusCode.SeeOther) or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Whether redirects of this call are followed. Those of gRPC calls and of upgrades are the caller's.</summary>
    public static bool MayFollow(Call call) =>
        !call.IsGrpc && call.Request.Method != HttpMethod.Connect && !call.Request.Headers.NonValidated.Contains("Upgrade");

    /// <summary>
    /// Completes a call that was answered with a redirect, and follows it. As with the runtime's handler the request ends up as it was sent
    /// last.
    /// </summary>
    public async Task<HttpResponseMessage> CompleteAsync(Call call, AttemptResult result)
    {
        HttpRequestMessage request = call.Request;
        ReplayableContent? kept = ReplayableContent.Of(request) is { ReplaysItself: false } content ? content : null;
        string scheme = request.RequestUri!.Scheme;
        bool isAsync = call.IsAsync;
        CancellationToken caller = call.Caller;
        HttpResponseMessage response = call.Complete(result);
        Uri uri = SchemeChoice.With(request.RequestUri, scheme);
        try
        {
            for (int followed = 0; followed < _most && Next(uri, response) is { } next; followed++)
            {
                bool becomesGet = BecomesGet(response.StatusCode, request.Method);
                if (!becomesGet && kept is { CanBeSent: false })
                {
                    break;
                }

                MeshedService? service = await _sender.FindAsync(next, isAsync, caller).ConfigureAwait(false);
                if (service is null && _staysInside)
                {
                    break;
                }

                response.Dispose();
                kept = becomesGet ? null : kept;
                Redirect(request, uri, next, becomesGet, kept);
                response = await _sender.SendAsync(service, request, isAsync, caller).ConfigureAwait(false);
                if (service is null)
                {
                    // The client's own handler has followed what it would.
                    break;
                }

                uri = next;
            }

            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
        finally
        {
            ReplayableContent.Restore(request);
        }
    }

    /// <summary>Where a redirect leads; null where it is not followed.</summary>
    private static Uri? Next(Uri uri, HttpResponseMessage response)
    {
        if (!IsRedirect(response)
            || response.Headers.Location is not { } location
            || !Uri.TryCreate(uri, location, out Uri? next)
            || (next.Scheme != Uri.UriSchemeHttps && (next.Scheme != Uri.UriSchemeHttp || SecureSchemes.Contain(uri.Scheme))))
        {
            return null;
        }

        // RFC 9110, 10.2.2: an address without a fragment inherits that of the one before.
        return uri.Fragment.Length > 0 && next.Fragment.Length == 0 ? new UriBuilder(next) { Fragment = uri.Fragment }.Uri : next;
    }

    // As browsers do, and the runtime after them.
    private static bool BecomesGet(HttpStatusCode status, HttpMethod method) => status switch
    {
        HttpStatusCode.SeeOther => method != HttpMethod.Get && method != HttpMethod.Head,
        HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => false,
        _ => method == HttpMethod.Post,
    };

    private static void Redirect(HttpRequestMessage request, Uri from, Uri to, bool becomesGet, ReplayableContent? kept)
    {
        request.RequestUri = to;
        request.Headers.Authorization = null;
        if (!IsSameHost(from, to))
        {
            request.Headers.Remove("Cookie");
            request.Headers.Remove("Proxy-Authorization");
        }

        if (becomesGet)
        {
            request.Method = HttpMethod.Get;
            request.Content = null;
            if (request.Headers.TransferEncodingChunked == true)
            {
                request.Headers.TransferEncodingChunked = false;
            }
        }
        else if (kept is not null)
        {
            request.Content = kept.Body;
        }
    }

    // Another port may be another's, but for the way from http to https.
    private static bool IsSameHost(Uri from, Uri to) =>
        from.IdnHost.Equals(to.IdnHost, StringComparison.OrdinalIgnoreCase)
        && (from.Port == to.Port || (from.IsDefaultPort && to.IsDefaultPort));
}
