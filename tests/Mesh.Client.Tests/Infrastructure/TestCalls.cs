using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>What many tests do.</summary>
internal static class TestCalls
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The body of the answer; anything but a success throws.</summary>
    public static Task<string> GetTextAsync(this HttpClient client, string uri) => client.GetStringAsync(new Uri(uri), Cancel);

    public static Task<HttpResponseMessage> GetUriAsync(this HttpClient client, string uri) => client.GetAsync(new Uri(uri), Cancel);

    /// <summary>As <see cref="GetTextAsync"/>, by the synchronous way.</summary>
    public static string SendText(this HttpClient client, string uri)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, uri);
        using HttpResponseMessage response = client.Send(request, Cancel);
        using StreamReader reader = new(response.EnsureSuccessStatusCode().Content.ReadAsStream(Cancel));
        return reader.ReadToEnd();
    }

    /// <summary>Calls until the answer is this one, for a bounded time.</summary>
    public static async Task ComesToGet(this HttpClient client, string answer, string uri)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (await client.GetTextAsync(uri) != answer)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(15), $"{uri} never answered '{answer}'.");
        }
    }

    /// <summary>The lines that were logged for one event.</summary>
    public static IReadOnlyList<FakeLogRecord> Of(this FakeLogCollector logs, string eventName) =>
        [.. logs.GetSnapshot().Where(record => record.Id.Name == eventName)];

    /// <summary>Settings as JSON has them, from pairs of key and value.</summary>
    public static IConfigurationBuilder AddPairs(this IConfigurationBuilder configuration, params (string Key, string? Value)[] pairs) =>
        configuration.AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
}
