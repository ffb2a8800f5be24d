using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Calls;

/// <summary>Copies of requests: which are made, what they look like, where they go.</summary>
public sealed class MirrorTests : IAsyncDisposable
{
    private const string ToShadow = """{ "Service": "shadow" }""";

    private readonly ConcurrentQueue<string> _bodies = new();
    private Backend _backend = null!;
    private Backend _shadow = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _shadow.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_copy_is_what_was_sent_but_for_its_host(bool isAsync)
    {
        await using TestMesh mesh = await StartAsync("", ToShadow);
        using HttpRequestMessage request = new(HttpMethod.Put, "http://catalog/items?q=1") { Content = new StringContent("hello", Encoding.UTF8, "text/x") };
        request.Headers.TryAddWithoutValidation("x-many", ["a", "b"]);
        HttpContent content = request.Content;
        HttpClient client = mesh.Client();

        using HttpResponseMessage response = isAsync ? await client.SendAsync(request, Cancel) : client.Send(request, Cancel);

        Assert.Equal("backend", await response.Content.ReadAsStringAsync(Cancel));
        await Eventually.Holds(() => _bodies.Count == 2);
        SeenRequest original = Assert.Single(_backend.Requests);
        SeenRequest copy = Assert.Single(_shadow.Requests);
        Assert.Equal(("PUT", "/items", "HTTP/1.1", "catalog-shadow"), (copy.Method, copy.Path, copy.Protocol, copy.Host));
        Assert.Equal("catalog", original.Host);
        Assert.Equal(HeadersOf(original), HeadersOf(copy));
        Assert.Equal(["hello", "hello"], _bodies);
        Assert.Null(request.Headers.Host);
        Assert.Same(content, request.Content);
        await mesh.IsIdle();

        static IEnumerable<string> HeadersOf(SeenRequest request) => request.Headers
            .Where(header => !header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task It_has_the_routes_edits()
    {
        await using TestMesh mesh = await StartAsync(
            """ "Rewrite": { "Hostname": "old.example", "ReplaceFullPath": "/v2" }, "RequestHeaders": { "Set": { "x-set": "1", "content-language": "eo" }, "Remove": ["x-gone"] }, """,
            ToShadow);
        using HttpRequestMessage request = new(HttpMethod.Post, "http://catalog/v1") { Content = new StringContent("hello") };
        request.Headers.TryAddWithoutValidation("x-gone", "here");

        (await mesh.Client().SendAsync(request, Cancel)).Dispose();

        await Eventually.Holds(() => _shadow.Count == 1);
        SeenRequest copy = Assert.Single(_shadow.Requests);
        Assert.Equal(("/v2", "old.example-shadow", "1", "eo", false), (copy.Path, copy.Host, copy.Headers["x-set"], copy.Headers["content-language"], copy.Headers.ContainsKey("x-gone")));
    }

    [Theory]
    [InlineData("http://catalog:8080/", null, "catalog-shadow:8080")]
    [InlineData("http://catalog/", "shop.example:81", "shop.example-shadow:81")]
    [InlineData("http://catalog/", "10.0.0.1:81", "10.0.0.1:81")]
    [InlineData("http://catalog/", "[::1]:81", "[::1]:81")]
    public async Task The_mark_stands_before_the_port_and_on_no_address(string uri, string? host, string expected)
    {
        await using TestMesh mesh = await StartAsync("", ToShadow);
        using HttpRequestMessage request = new(HttpMethod.Get, uri);
        request.Headers.Host = host;

        (await mesh.Client().SendAsync(request, Cancel)).Dispose();

        await Eventually.Holds(() => _shadow.Count == 1);
        Assert.Equal(expected, Assert.Single(_shadow.Requests).Host);
    }

    [Fact]
    public async Task Over_tls_the_mark_is_in_the_authority_and_the_certificate_is_asked_for_by_the_real_name()
    {
        _backend = await Backend.StartAsync("backend", http2: true, tls: true, certificate: TestCertificates.Catalog);
        _shadow = await Backend.StartAsync("shadow", http2: true, tls: true, certificate: TestCertificates.Catalog);
        await using TestMesh mesh = await TestMesh.StartAsync(Documents("", ToShadow, _backend.Address, _shadow.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, "https://catalog/") { Version = HttpVersion.Version20 };

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Eventually.Holds(() => _shadow.Count == 1);
        Assert.Equal(("catalog-shadow", "HTTP/2"), (Assert.Single(_shadow.Requests).Host, Assert.Single(_shadow.Requests).Protocol));
    }

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("100", 500, 500)]
    [InlineData("30", 98, 202)]
    public async Task As_many_are_copied_as_the_percentage_says(string percent, int atLeast, int atMost)
    {
        await using TestMesh mesh = await StartAsync("", $$"""{ "Service": "shadow", "Percent": {{percent}}, "MaxRequests": 1000 }""");
        HttpClient client = mesh.Client();

        for (int call = 0; call < 500; call++)
        {
            await client.GetTextAsync("http://catalog/");
        }

        // Five standard deviations: sqrt(500 · 0.3 · 0.7) is 10.2.
        await Eventually.Holds(() => _shadow.Count >= atLeast);
        await mesh.IsIdle();
        Assert.InRange(_shadow.Count, atLeast, atMost);
        Assert.Equal(500, _backend.Count);
    }

    [Fact]
    public async Task Several_mirrors_get_a_copy_each_and_a_subset_is_one()
    {
        _backend = await Backend.StartAsync("backend", Answer);
        _shadow = await Backend.StartAsync("shadow", Answer);
        await using Backend canary = await Backend.StartAsync("canary", Answer);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", $$"""
                "Routes": [ { "To": [ { "Subset": "v1" } ], "Mirror": [ { "Subset": "v2" }, {{ToShadow}} ] } ],
                "Endpoints": [ { "Address": "{{_backend.Address}}", "Version": "v1" }, { "Address": "{{canary.Address}}", "Version": "v2" } ]
                """),
            ("shadow", Rules.Endpoints(_shadow.Address))));
        using StringContent body = new("hello");

        using HttpResponseMessage response = await mesh.Client().PostAsync(new Uri("http://catalog/"), body, Cancel);

        Assert.Equal("backend", await response.Content.ReadAsStringAsync(Cancel));
        await Eventually.Holds(() => _bodies.Count == 3);
        Assert.Equal(["hello", "hello", "hello"], _bodies);
        Assert.Equal((1, 1, 1), (_backend.Count, canary.Count, _shadow.Count));
    }

    [Fact]
    public async Task A_target_lends_its_endpoints_and_not_its_routes_nor_its_mirrors()
    {
        _backend = await Backend.StartAsync("backend", Answer);
        _shadow = await Backend.StartAsync("shadow", Answer);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", $"\"Routes\": [ {{ \"Mirror\": [ {ToShadow} ] }} ], {Rules.Endpoints(_backend.Address)}"),
            ("shadow", $$"""
                "Routes": [ { "RequestHeaders": { "Set": { "x-set": "1" } }, "Mirror": [ { "Service": "catalog" } ] } ], {{Rules.Endpoints(_shadow.Address)}}
                """)));

        await mesh.Client().GetTextAsync("http://catalog/");

        await Eventually.Holds(() => _bodies.Count == 2);
        await mesh.IsIdle();
        Assert.Equal((1, 1), (_backend.Count, _shadow.Count));
        Assert.False(_shadow.Requests.Single().Headers.ContainsKey("x-set"));
    }

    [Fact]
    public async Task A_request_that_is_retried_is_copied_once()
    {
        _backend = await Backend.StartAsync("backend", async context =>
        {
            await ReadAsync(context);
            context.Response.StatusCode = 503;
        });
        _shadow = await Backend.StartAsync("shadow", Answer);
        await using TestMesh mesh = await TestMesh.StartAsync(Documents(""" "Retry": { "Attempts": 2, "Backoff": { "BaseInterval": "1ms" } }, """, ToShadow, _backend.Address, _shadow.Address));
        using StringContent body = new("hello");

        using HttpResponseMessage response = await mesh.Client().PutAsync(new Uri("http://catalog/"), body, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        await Eventually.Holds(() => _shadow.Count == 1);
        await mesh.IsIdle();
        Assert.Equal((3, 1), (_backend.Count, _shadow.Count));
    }

    [Theory]
    [InlineData(""" "DirectResponse": { "StatusCode": 200 }, """)]
    [InlineData(""" "Redirect": { "ReplaceFullPath": "/v2", "StatusCode": 301 }, "Match": { "Path": "/" }, """)]
    [InlineData(""" "Fault": { "Abort": { "StatusCode": 500 } }, """)]
    public async Task What_the_route_answers_is_not_copied(string action)
    {
        await using TestMesh mesh = await StartAsync(action, ToShadow);

        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");
        await mesh.Client().GetTextAsync("http://shadow/direct");

        Assert.Equal(1, _shadow.Count);
    }

    [Theory]
    [InlineData("GET", "Upgrade")]
    [InlineData("CONNECT", "x-none")]
    public async Task A_conversation_is_not_copied(string method, string header)
    {
        await using TestMesh mesh = await StartAsync("", ToShadow);
        using HttpRequestMessage request = new(new HttpMethod(method), "http://catalog/");
        request.Headers.Host = "catalog:80";
        request.Headers.TryAddWithoutValidation(header, "any");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await mesh.Client().GetTextAsync("http://shadow/direct");

        Assert.Equal(1, _shadow.Count);
    }

    [Fact]
    public async Task While_the_mesh_is_switched_off_nothing_is_copied()
    {
        await using TestMesh mesh = await StartAsync("", ToShadow);
        string rules = Documents("", ToShadow, _backend.Address, _shadow.Address);
        mesh.Change(rules.Insert(1, "\"Enabled\": false,"));
        await Eventually.Holds(() => mesh.Logs.Of("MeshDisabled").Count == 1);

        await mesh.Client().GetTextAsync("http://catalog/");
        await mesh.Client().GetTextAsync("http://shadow/direct");

        Assert.Equal(1, _shadow.Count);
    }

    private static string Documents(string route, string mirror, string backend, string shadow) => Rules.Services(
        ("catalog", $"\"Routes\": [ {{ {route} \"Mirror\": [ {mirror} ] }}, {{ \"Name\": \"rest\" }} ], {Rules.Endpoints(backend)}"),
        ("shadow", Rules.Endpoints(shadow)));

    private async Task<TestMesh> StartAsync(string route, string mirror)
    {
        _backend = await Backend.StartAsync("backend", context => AnswerAsync(context, "backend"));
        _shadow = await Backend.StartAsync("shadow", context => AnswerAsync(context, "shadow"));
        return await TestMesh.StartAsync(Documents(route, mirror, _backend.Address, _shadow.Address));
    }

    private Task Answer(HttpContext context) => AnswerAsync(context, "backend");

    private async Task AnswerAsync(HttpContext context, string name)
    {
        await ReadAsync(context);
        await context.Response.WriteAsync(name);
    }

    private async Task ReadAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        _bodies.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
    }
}
