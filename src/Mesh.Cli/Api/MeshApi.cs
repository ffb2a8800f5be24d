using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Mesh.Cli.Output;
using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Api;

/// <summary>The config server's REST API.</summary>
internal sealed class MeshApi : IDisposable
{
    private const string Json = "application/json";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(100);

    private readonly TimeProvider _time;
    private readonly HttpClient _client;
    private readonly ApiFailures _failures;

    public MeshApi(Uri server, TimeProvider time, ServerAccess access)
    {
        _time = time;
        Url = $"{server.Scheme}://{server.Host}:{server.Port}";
        _failures = new ApiFailures(Url);

        // No config server sends elsewhere, and what comes back from elsewhere is not its word.
        SocketsHttpHandler handler = new() { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5) };
        if (access.Roots is { } roots)
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(roots);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        _client = new HttpClient(handler)
        {
            BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("mesh", ConfigServer.Rest.ServerFacts.Version));
        _client.DefaultRequestHeaders.Authorization = access.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
    }

    public string Url { get; }

    /// <summary>The path of a service's document.</summary>
    public static string PathOf(ServiceName name) =>
        $"api/v1/services/{Uri.EscapeDataString(name.Namespace)}/{Uri.EscapeDataString(name.Name)}";

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
        where T : class =>
        Read<T>((await GetAsync(path, Json, cancellationToken).ConfigureAwait(false)).Text);

    /// <exception cref="ToolException">The server cannot be reached, or refuses.</exception>
    public async Task<ApiAnswer> GetAsync(string path, string accept, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = RequestOf(HttpMethod.Get, path, null, [("Accept", accept)]);
        return await AnswerAsync(request, s_patience, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="ToolException">The server cannot be reached, or refuses.</exception>
    public async Task<T> SendAsync<T>(
        HttpMethod method, string path, string? json, CancellationToken cancellationToken,
        params IEnumerable<(string Name, string Value)> headers)
        where T : class
    {
        using HttpRequestMessage request = RequestOf(method, path, json is null ? null : ContentOf(json), headers);
        return Read<T>((await AnswerAsync(request, s_patience, cancellationToken).ConfigureAwait(false)).Text);
    }

    /// <summary>Sends a file, however long that takes.</summary>
    /// <exception cref="ToolException">The server cannot be reached, or refuses.</exception>
    public async Task<T> UploadAsync<T>(
        string path, Stream body, CancellationToken cancellationToken, params IEnumerable<(string Name, string Value)> headers)
        where T : class
    {
        StreamContent content = new(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using HttpRequestMessage request = RequestOf(HttpMethod.Post, path, content, headers);
        return Read<T>((await AnswerAsync(request, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false)).Text);
    }

    /// <summary>Writes what the server answers into a stream, whose exceptions are the caller's.</summary>
    public async Task DownloadAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = RequestOf(HttpMethod.Get, path, null, []);
        using HttpResponseMessage response = await ExchangeAsync(request, s_patience, cancellationToken).ConfigureAwait(false);
        await new ApiBody(response, _failures).CopyAsync(target, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="ToolException">It is not what a config server answers.</exception>
    public T Read<T>(string text)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, ApiJson.Options) ?? throw new JsonException("It is null.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second: it is JSON, of another kind than an object or an array that was asked for.
            throw _failures.NotUnderstood(exception);
        }
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage RequestOf(
        HttpMethod method, string path, HttpContent? content, IEnumerable<(string Name, string Value)> headers)
    {
        HttpRequestMessage request = new(method, path) { Content = content };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    // A server that refuses a body hangs up on the rest of it, and its reason may never arrive.
    private static StringContent ContentOf(string json)
    {
        int bytes = Encoding.UTF8.GetByteCount(json);
        return bytes <= DocumentReader.LongestText ? new StringContent(json, Encoding.UTF8, Json) : throw ApiFailures.TooLong(bytes);
    }

    private async Task<ApiAnswer> AnswerAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await ExchangeAsync(request, patience, cancellationToken).ConfigureAwait(false);
        return new ApiAnswer(
            await new ApiBody(response, _failures).ReadAsync(cancellationToken).ConfigureAwait(false), response.Headers.ETag?.ToString(),
            GenerationOf(response));
    }

    private static long? GenerationOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Mesh-Generation", out IEnumerable<string>? values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long generation) ? generation : null;

    private async Task<HttpResponseMessage> ExchangeAsync(
        HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        using CancellationTokenSource late = new(patience, _time);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw _failures.NotAnswered(exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw _failures.Late(exception);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            string text = await new ApiBody(response, _failures).ReadAsync(cancellationToken).ConfigureAwait(false);
            throw response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                ? ApiFailures.Refused(response.StatusCode, Read<ProblemAnswer>(text)) : _failures.Foreign(response.StatusCode, text);
        }
    }
}
