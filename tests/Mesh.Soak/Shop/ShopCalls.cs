using System.Globalization;
using System.Net;
using System.Text.Json;
using Mesh.Client;

namespace Mesh.Soak.Shop;

/// <summary>Calls one service through the mesh.</summary>
internal sealed class ShopCalls
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;
    private readonly string _service;

    public ShopCalls(HttpClient client, string service)
    {
        (_client, _service) = (client, service);
        _client.Timeout = s_patience;
    }

    /// <summary>Null: there is a good answer.</summary>
    public async Task<Failure?> CallAsync(HttpMethod method, string body)
    {
        long began = Now();
        using HttpRequestMessage request = new(method, new Uri($"http://{_service}/")) { VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Version = _service == ShopServices.Pricing ? HttpVersion.Version20 : HttpVersion.Version11;
        request.Content = method == HttpMethod.Get ? null : new StringContent(body);
        try
        {
            using HttpResponseMessage answer = await _client.SendAsync(request);
            string text = await answer.Content.ReadAsStringAsync();
            string from = answer.Headers.TryGetValues(ShopProgram.ServiceHeader, out IEnumerable<string>? values) ? values.Single() : "nobody";
            return answer.StatusCode == HttpStatusCode.FailedDependency && JsonSerializer.Deserialize<Failure>(text) is { } behind
                ? behind with { Began = began, Ended = Now() }
                : !answer.IsSuccessStatusCode ? Failed($"{(int)answer.StatusCode}")
                : from != _service ? Failed($"answered by {from}")
                : text != (method == HttpMethod.Get ? "" : body) ? Failed("another answer")
                : null;
        }
        catch (MeshException failure)
        {
            return Failed($"{failure.Reason}", failure.Endpoint is null ? null : PortOf(failure.Endpoint), failure.Attempts);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return Failed(failure.GetType().Name);
        }

        Failure Failed(string kind, int? port = null, int attempts = 1) => new(method.Method, began, Now(), kind, _service, port, attempts);
    }

    /// <summary>Of an address, with a scheme or without.</summary>
    public static int PortOf(string address) => int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
