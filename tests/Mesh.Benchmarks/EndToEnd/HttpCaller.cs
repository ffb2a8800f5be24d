using System.Net;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>One caller's GETs, as a typed client makes them: the answer's body is read to its end as a stream.</summary>
internal sealed class HttpCaller(HttpClient client, Protocol protocol, int length)
{
    private readonly string _path = $"{Answers.PathPrefix}{length}";
    private readonly byte[] _buffer = new byte[16 * 1024];

    /// <summary>Makes callers that share a client.</summary>
    public static Func<int, Func<Task>> Of(HttpMessageHandler handler, string address, Protocol protocol)
    {
        // No timeout of HttpClient's in any client: it would add a linked token source to each call, to those of raw too.
        HttpClient client = new(handler) { BaseAddress = new Uri(address), Timeout = Timeout.InfiniteTimeSpan };
        return length => new HttpCaller(client, protocol, length).CallAsync;
    }

    private async Task CallAsync()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, _path)
        {
            Version = protocol.Version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (protocol.ClosesConnections)
        {
            request.Headers.ConnectionClose = true;
        }

        using HttpResponseMessage response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead)
            .ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        int received = 0;
        for (int read = 1; read > 0; received += read)
        {
            read = await body.ReadAsync(_buffer).ConfigureAwait(false);
        }

        if (response.StatusCode != HttpStatusCode.OK || received != length)
        {
            throw new InvalidOperationException($"The answer is {(int)response.StatusCode} with {received} bytes: {response.Headers}");
        }
    }
}
