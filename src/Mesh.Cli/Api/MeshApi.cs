using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using Mesh.ConfigServer.Documents;
using Mesh.Model.Documents;

namespace Mesh.Cli.Api;

/// <summary>The config server's REST API.</summary>
internal sealed class MeshApi : IDisposable
{
    private const string Json = "application/json";

    // Of the two, one is easily taken for the other.
    private const string Ports =
        "Is it the xDS port, which clients follow (15010 unless said otherwise)? "
        + "This tool asks the REST port (15080 unless said otherwise). `mesh server` writes both when it starts.";

    private const int BufferSize = 64 * 1024;

    private readonly Uri _server;
    private readonly HttpClient _client;

    public MeshApi(Uri server)
    {
        _server = server;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = server,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("mesh", ConfigServer.Rest.ServerFacts.Version));
    }

    public string Url => $"{_server.Scheme}://{_server.Host}:{_server.Port}";

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        Read<T>((await GetAsync(path, Json, cancellationToken).ConfigureAwait(false)).Text);

    public Task<ApiAnswer> GetAsync(string path, string accept, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, [("Accept", accept)], cancellationToken);

    public async Task<T> SendAsync<T>(
        HttpMethod method, string path, string? json, CancellationToken cancellationToken,
        params IEnumerable<(string Name, string Value)> headers)
    {
        using StringContent? content = json is null ? null : ContentOf(json);
        return Read<T>((await SendAsync(method, path, content, headers, cancellationToken).ConfigureAwait(false)).Text);
    }

    /// <exception cref="ToolException">The server cannot be reached, or refuses.</exception>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, IEnumerable<(string Name, string Value)> headers,
        CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await ExchangeAsync(method, path, content, headers, cancellationToken).ConfigureAwait(false);
        return new ApiAnswer(await ReadTextAsync(response, cancellationToken).ConfigureAwait(false), response.Headers.ETag?.ToString());
    }

    /// <summary>Writes what the server answers into a stream, whose exceptions are the caller's.</summary>
    public async Task DownloadAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await ExchangeAsync(HttpMethod.Get, path, null, [], cancellationToken).ConfigureAwait(false);
        await CopyAsync(response, target, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="ToolException">It is not what a config server answers.</exception>
    public T Read<T>(string text)
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
                ExitCode.Failed, $"{Url} answers what this tool does not understand, and is probably no config server. Give its address with --server.", exception);
        }
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
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.InvalidResponse)
        {
            throw new ToolException(ExitCode.Unreachable, $"What answers at {Url} does not speak HTTP/1.1. {Ports} ({exception.Message})", exception);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError)
        {
            throw new ToolException(
                ExitCode.Unreachable,
                $"No config server answers at {Url}. Start one with `mesh server`, or give --server. ({exception.Message})", exception);
        }
        catch (HttpRequestException exception)
        {
            throw new ToolException(
                ExitCode.Unreachable,
                $"The connection to {Url} broke off before the config server answered; it may have done what was asked. Its log may tell why. ({exception.Message})",
                exception);
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
            throw Refusal(response, await ReadTextAsync(response, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<string> ReadTextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        await CopyAsync(response, body, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    // Not in one step: what cannot be read is the server's, what cannot be written is not.
    private async Task CopyAsync(HttpResponseMessage response, Stream target, CancellationToken cancellationToken)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[BufferSize];
        while (await ReadAsync(body, buffer, cancellationToken).ConfigureAwait(false) is > 0 and int count)
        {
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new ToolException(
                ExitCode.Unreachable, $"The config server at {Url} went away while it answered. Its log may tell why. ({exception.Message})", exception);
        }
    }

    // A server that refuses a body hangs up on the rest of it, and its reason may never arrive.
    private static StringContent ContentOf(string json)
    {
        const int Megabyte = 1024 * 1024;
        int bytes = Encoding.UTF8.GetByteCount(json);
        return bytes <= DocumentReader.LongestText
            ? new StringContent(json, Encoding.UTF8, Json)
            : throw new ToolException(
                ExitCode.Failed,
                string.Create(CultureInfo.InvariantCulture, $"These are {(double)bytes / Megabyte:0.0} MB of documents, and the server takes {DocumentReader.LongestText / Megabyte} MB at a time. Give them in several parts."));
    }

    private ToolException Refusal(HttpResponseMessage response, string text)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return new ToolException(
                ExitCode.Failed,
                text.Contains("HTTP/2", StringComparison.Ordinal) ? $"{Url} speaks HTTP/2 only. {Ports}"
                : $"{Url} answers {(int)response.StatusCode} and is probably no config server. Give its address with --server.");
        }

        ProblemAnswer problem = Read<ProblemAnswer>(text);
        int exitCode = response.StatusCode switch
        {
            HttpStatusCode.NotFound => ExitCode.NotFound,
            HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => ExitCode.Conflict,
            _ => ExitCode.Failed,
        };
        return new RefusedException(
            exitCode, Wording.Printable(problem.Detail ?? problem.Title ?? $"The server answered {(int)response.StatusCode}."), problem.Faults ?? []);
    }
}
