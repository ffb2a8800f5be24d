using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary>Calls with <see cref="MeshRequestOptions.HashKey"/>.</summary>
public sealed class HashKeyTests : IAsyncLifetime
{
    private static readonly string[] s_keys = [.. Enumerable.Range(0, 12).Select(key => $"customer-{key}")];

    private readonly List<Backend> _backends = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string[] Addresses => [.. _backends.Select(backend => backend.Address)];

    public async ValueTask InitializeAsync()
    {
        for (int backend = 0; backend < 4; backend++)
        {
            string name = $"backend-{backend}";
            _backends.Add(await Backend.StartAsync(name, context =>
            {
                context.Response.StatusCode = context.Request.Headers["x-fail"].Contains(name) ? 503 : 200;
                return context.Response.WriteAsync(name);
            }));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Backend backend in _backends)
        {
            await backend.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("RoundRobin")]
    [InlineData("PeakEwma")]
    public async Task A_key_goes_to_one_endpoint_in_every_process(string policy)
    {
        await using TestMesh one = await StartAsync($"\"LoadBalancing\": {{ \"Policy\": \"{policy}\" }}");
        await using TestMesh other = await TestMesh.StartAsync(Rules.Catalog("", Addresses.Reverse()));
        HashSet<string> used = [];
        foreach (string key in s_keys)
        {
            string first = await GetAsync(one, key);
            used.Add(first);

            Assert.Equal([first, first, first], [await GetAsync(one, key), await GetAsync(other, key), await GetAsync(one, key)]);
        }

        Assert.True(used.Count > 1);
    }

    [Fact]
    public async Task A_retry_goes_to_the_keys_next_endpoint()
    {
        await using TestMesh mesh = await StartAsync("");
        string own = await GetAsync(mesh, "key");

        string[] next = [await GetAsync(mesh, "key", own), await GetAsync(mesh, "key", own), await GetAsync(mesh, "key", own)];

        Assert.NotEqual(own, next[0]);
        Assert.Single(next.Distinct());
        Assert.Equal(own, await GetAsync(mesh, "key"));
    }

    [Fact]
    public async Task An_endpoint_that_is_out_gets_its_keys_back_when_it_returns_and_no_other_key_moves()
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog("\"Routes\": [{ \"Retry\": { \"Attempts\": 0 } }], \"OutlierDetection\": { \"ConsecutiveErrors\": 1, \"EjectionJitter\": 0 }", Addresses),
            builder => builder.Services.AddSingleton<TimeProvider>(time));
        Dictionary<string, string> before = await OwnersAsync(mesh);
        string failing = before[s_keys[0]];

        Assert.Equal(failing, await GetAsync(mesh, s_keys[0], failing));
        Dictionary<string, string> meanwhile = await OwnersAsync(mesh);

        Assert.All(s_keys, key => Assert.True(before[key] == failing ? meanwhile[key] != failing : meanwhile[key] == before[key]));

        // The key's own calls find out that it is back.
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(before, await OwnersAsync(mesh));
    }

    [Fact]
    public async Task A_key_stays_within_the_subset()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog",
            $$"""
            "Endpoints": ["{{Addresses[0]}}", { "Address": "{{Addresses[1]}}", "Version": "v2" }, { "Address": "{{Addresses[2]}}", "Version": "v2" }]
            """)));
        foreach (string key in s_keys)
        {
            using HttpRequestMessage request = Request(key);
            request.Options.Set(MeshRequestOptions.Subset, "v2");
            using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

            Assert.Contains(await response.Content.ReadAsStringAsync(Cancel), (string[])["backend-1", "backend-2"]);
        }
    }

    [Fact]
    public async Task Without_endpoints_it_fails_as_any_call()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(""));
        using HttpRequestMessage request = Request("key");

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().SendAsync(request, Cancel));

        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
    }

    private static HttpRequestMessage Request(string key)
    {
        HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
        request.Options.Set(MeshRequestOptions.HashKey, key);
        return request;
    }

    private static async Task<string> GetAsync(TestMesh mesh, string key, string? failing = null)
    {
        using HttpRequestMessage request = Request(key);
        if (failing is not null)
        {
            request.Headers.Add("x-fail", failing);
        }

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task<Dictionary<string, string>> OwnersAsync(TestMesh mesh)
    {
        Dictionary<string, string> owners = [];
        foreach (string key in s_keys)
        {
            owners[key] = await GetAsync(mesh, key);
        }

        return owners;
    }

    private Task<TestMesh> StartAsync(string settings) => TestMesh.StartAsync(Rules.Catalog(settings, Addresses));
}
