using System.Collections.Concurrent;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Calls;

/// <summary>Many callers at once, of whom most are treated badly or behave so: nothing may stay behind.</summary>
public sealed class BookkeepingTests
{
    private const int Callers = 64;
    private const int CallsEach = 60;
    private const int Places = 48;

    private readonly ConcurrentDictionary<string, int> _outcomes = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_stays_in_flight_and_no_place_is_lost(bool http2)
    {
        await using Backend first = await Backend.StartAsync("first", AnswerAsync, http2);
        await using Backend second = await Backend.StartAsync("second", AnswerAsync, http2);
        await using RawServer closing = RawServer.StartClosing();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            $$"""
            "CircuitBreaker": { "MaxRequests": {{Places}}, "MaxPendingRequests": 12 },
            "OutlierDetection": { "ConsecutiveErrors": 3, "BaseEjectionTime": "20ms", "MaxEjectionTime": "100ms" },
            "Routes": [
              { "Match": { "PathPrefix": "/total" }, "Timeout": "60ms", "Retry": { "Attempts": 2, "On": ["5xx"] } },
              { "Match": { "PathPrefix": "/each" }, "Retry": { "Attempts": 2, "PerTryTimeout": "30ms", "On": ["5xx"] } },
              { "Retry": { "Attempts": 2, "On": ["5xx"] } } ]
            """,
            first.Address,
            second.Address,
            closing.Address,
            RawServer.DeadAddress()));
        HttpClient client = mesh.Client();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task collecting = CollectAsync(end.Token);

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(client, caller, http2), Cancel)));
        await end.CancelAsync();
        await collecting;

        await Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return mesh.InFlight() == 0;
        });
        Assert.Equal(0, mesh.Queued());
        Assert.Equal(Callers * CallsEach, _outcomes.Values.Sum());
        Assert.All(["answer", "timeout", "cancellation", "MeshException"], outcome => Assert.Contains(outcome, _outcomes));
        TestContext.Current.SendDiagnosticMessage(string.Join(" ", _outcomes));
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Query["do"])
        {
            case "fail":
                context.Response.StatusCode = 503;
                break;
            case "stall":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "abort":
                context.Abort();
                break;
            case "half":
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync();
                context.Abort();
                break;
            case "hang":
                await context.Response.WriteAsync("begun");
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            default:
                await context.Response.WriteAsync(new string('x', 2000));
                break;
        }
    }

    private async Task CallAsync(HttpClient client, int caller, bool http2)
    {
        Random random = new(caller);
        string[] paths = ["/total", "/each", "/other"];
        string[] fates = ["answer", "answer", "answer", "fail", "stall", "abort", "half", "hang"];
        for (int call = 0; call < CallsEach; call++)
        {
            string outcome = "answer";
            try
            {
                using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                patience.CancelAfter(random.Next(4) == 0 ? random.Next(5) : 100);
                string uri = $"http://catalog{paths[random.Next(paths.Length)]}?do={fates[random.Next(fates.Length)]}";
                await CallAsync(client, uri, random.Next(5), http2, patience.Token);
            }
            catch (Exception exception)
            {
                outcome = exception is not OperationCanceledException ? exception.GetType().Name
                    : exception.InnerException is TimeoutException ? "timeout" : "cancellation";
            }

            _outcomes.AddOrUpdate(outcome, 1, static (_, count) => count + 1);
        }
    }

    private static async Task CallAsync(HttpClient client, string uri, int manner, bool http2, CancellationToken patience)
    {
        HttpRequestMessage request = new(manner == 1 ? HttpMethod.Post : HttpMethod.Get, uri)
        {
            Version = http2 ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        switch (manner)
        {
            case 0 when !http2:
                // On a thread of its own: blocking those of the pool would slow everything else down.
                await Task.Factory.StartNew(
                    () => client.Send(request, patience).Dispose(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                break;
            case 1:
                request.Content = new StringContent(uri);
                (await client.SendAsync(request, patience)).Dispose();
                break;
            case 2:
                // Disposed unread.
                (await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience)).Dispose();
                break;
            case 3 when uri.Contains("answer", StringComparison.Ordinal):
                // Neither read nor disposed.
                await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience);
                break;
            default:
                using (HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience))
                {
                    await response.Content.ReadAsByteArrayAsync(patience);
                }

                break;
        }
    }

    // As a busy process would.
    private static async Task CollectAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(TimeSpan.FromMilliseconds(50), end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
