using System.Net;
using Mesh.Benchmarks.Terminals;

namespace Mesh.Benchmarks.Micro;

/// <summary>
/// A call as a typed client makes it: a relative address, a header, the answer's body read to its end as a stream.
/// </summary>
internal sealed class HttpCall(HttpClient client)
{
    public const string Host = "catalog";

    public const string Path = "/items/42";

    public const string TenantHeader = "x-tenant";

    public const string Tenant = "blue";

    private readonly byte[] _buffer = new byte[256];

    /// <summary>Where <see cref="HttpCompletionOption.ResponseContentRead"/>, HttpClient keeps the body before the caller reads it.</summary>
    public HttpCompletionOption Completion { get; init; } = HttpCompletionOption.ResponseHeadersRead;

    /// <summary>Opened once the request is under way, where the terminal waits for it.</summary>
    public Gate? Gate { get; init; }

    /// <summary>The caller's own token.</summary>
    public CancellationToken Token { get; init; }

    /// <summary>All variants have no timeout of HttpClient's: it would add a linked token source to each call, to the base too.</summary>
    public static void Configure(HttpClient client)
    {
        client.BaseAddress = new Uri($"http://{Host}");
        client.Timeout = Timeout.InfiniteTimeSpan;
    }

    public static HttpClient CreateClient(HttpMessageHandler handler)
    {
        HttpClient client = new(handler);
        Configure(client);
        return client;
    }

    public async Task SendAsync()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Path);
        request.Headers.TryAddWithoutValidation(TenantHeader, Tenant);
        Task<HttpResponseMessage> sending = client.SendAsync(request, Completion, Token);
        Gate?.Open();
        using HttpResponseMessage response = await sending.ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(Token).ConfigureAwait(false);
        int length = 0;
        for (int read = 1; read > 0; length += read)
        {
            read = await body.ReadAsync(_buffer, Token).ConfigureAwait(false);
        }

        if (response.StatusCode != HttpStatusCode.OK || length != HttpTerminal.BodyLength)
        {
            throw new InvalidOperationException($"The answer is {(int)response.StatusCode} with {length} bytes: {response.Headers}");
        }
    }
}
