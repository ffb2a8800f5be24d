using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Api;

/// <summary>The config server's REST API.</summary>
internal sealed class MeshApi : IDisposable
{
    private const string Json = "application/json";

    private readonly Uri _server;
    private readonly HttpClient _client;

    public MeshApi(Uri server)
    {
        _server = server;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = new Uri(server.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"),
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("mesh", ToolVersion.Product));
    }

    public string Url => _server.GetLeftPart(UriPartial.Authority);

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        Read<T>((await GetAsync(path, Json, cancellationToken).ConfigureAwait(false)).Text);

    public Task<ApiAnswer> GetAsync(string path, string accept, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, [("Accept", accept)], cancellationToken);

    public async Task<T> SendAsync<T>(
        HttpMethod method, string path, string? json, CancellationToken cancellationToken,
        params IEnumerable<(string Name, string Value)> headers)
    {
        using StringContent? content = json is null ? null : new StringContent(json, Encoding.UTF8, Json);
        return Read<T>((await SendAsync(method, path, content, headers, cancellationToken).ConfigureAwait(false)).Text);
    }

    /// <exception cref="ToolException">The server cannot be reached, or refuses.</exception>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, IEnumerable<(string Name, string Value)> headers,
        CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await ExchangeAsync(method, path, content, headers, cancellationToken).ConfigureAwait(false);
        using MemoryStream body = new();
        await CopyAsync(response, body, cancellationToken).ConfigureAwait(false);
        return new ApiAnswer(Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length)), response.Headers.ETag?.ToString());
    }

    /// <summary>Writes what the server answers into a stream.</summary>
    public async Task DownloadAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await ExchangeAsync(HttpMethod.Get, path, null, [], cancellationToken).ConfigureAwait(false);
        await CopyAsync(response, target, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The path of a service's document.</summary>
    public static string PathOf(ServiceName name) =>
        $"api/v1/services/{Uri.EscapeDataString(name.Namespace)}/{Uri.EscapeDataString(name.Name)}";

    private async Task<HttpResponseMessage> ExchangeAsync(
        HttpMethod method, string path, HttpContent? content, IEnumerable<(string Name, string Value)> headers,
        CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        HttpResponseMessage response;
        try
        {
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw new ToolException(
                ExitCode.Unreachable,
                $"No config server answers at {Url}. Start one with `mesh server`, or give --server. ({exception.Message})", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolException(
                ExitCode.Unreachable, $"The config server at {Url} did not answer in time. Is it the right one? --server names another.",
                exception);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw Refusal(response, await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpIOException)
        {
            throw new ToolException(
                ExitCode.Unreachable, $"The config server at {Url} went away while it answered: {exception.Message}", exception);
        }
    }

    private ToolException Refusal(HttpResponseMessage response, string text)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return new ToolException(
                ExitCode.Failed,
                $"{Url} answers {(int)response.StatusCode} and is probably no config server. Give its address with --server.");
        }

        ProblemAnswer problem = Read<ProblemAnswer>(text);
        int exitCode = response.StatusCode switch
        {
            HttpStatusCode.NotFound => ExitCode.NotFound,
            HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => ExitCode.Conflict,
            _ => ExitCode.Failed,
        };
        return new RefusedException(
            exitCode, problem.Detail ?? problem.Title ?? $"The server answered {(int)response.StatusCode}.", problem.Faults ?? []);
    }

    private T Read<T>(string text)
    {
        try
        {
            return typeof(T) == typeof(JsonNode)
                ? (T)(object)JsonNode.Parse(text)!
                : JsonSerializer.Deserialize<T>(text, ApiJson.Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new ToolException(
                ExitCode.Failed,
                $"{Url} answers what this tool does not understand, and is probably no config server. Give its address with --server.",
                exception);
        }
    }
}
