using System.Collections.Concurrent;
using System.Diagnostics;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.AspNetCore.Tests.Tls;

/// <summary>Processes that find each other by a real config server, without a word of TLS in the caller's settings.</summary>
public sealed class EndToEndTests
{
    private const string TrustDomain = TestAuthority.TrustDomain;

    private int _entered;

    [Theory]
    [InlineData("1.1", "HTTP/1.1", false)]
    [InlineData("2.0", "HTTP/2", false)]
    [InlineData("1.1", "HTTP/1.1", true)]
    [InlineData("2.0", "HTTP/2", true)]
    public async Task Both_sides_prove_who_they_are(string version, string protocol, bool isSecure)
    {
        await using ConfigServer server = await ConfigServer.StartAsync(isSecure: isSecure);
        await using WebApp catalog = await StartAsync(server, token: isSecure ? await server.TokenAsync("catalog") : null);
        await Eventually.Holds(() => catalog.Registration?.Server is not null);
        await using Consumer web = await ConsumerAsync(server, null, isSecure ? await server.TokenAsync("web") : null);

        Assert.Matches($"^{protocol} https spiffe://mesh-[0-9a-f]{{12}}/ns/default/sa/web$", await CallAsync(web, version));

        // Who is not of the mesh goes on as before.
        using HttpClient plain = Caller.Plain(Version.Parse(version));
        Assert.Equal($"{protocol} http nobody", await plain.GetTextAsync(catalog.Url));
    }

    // The config server says the same of all of them.
    [Theory]
    [InlineData("catalog", true, TrustDomain, null)]
    [InlineData("reviews", true, TrustDomain, "It is spiffe://mesh-test/ns/default/sa/reviews, and is to be spiffe://mesh-test/ns/default/sa/catalog.")]
    [InlineData("catalog", true, "mesh-other", "It is spiffe://mesh-test/ns/default/sa/catalog, and is to be spiffe://mesh-other/ns/default/sa/catalog.")]
    [InlineData("catalog", false, TrustDomain, "Its certificate is refused")]
    public async Task A_process_that_proves_to_be_another_is_not_called(string service, bool isOfAuthority, string trustDomain, string? why)
    {
        TestAuthority authority = new();
        await using ConfigServer server = await ConfigServer.StartAsync(trustDomain: trustDomain);
        await using WebApp catalog = await StartAsync(
            server, """{ "Tls": "Strict" }""", new TestIdentity((isOfAuthority ? authority : new TestAuthority()).Identity(service, authority.Bundle)));
        await using Consumer web = await ConsumerAsync(server, new TestIdentity(authority.Identity("web")));

        Task<string> call = CallAsync(web);

        if (why is null)
        {
            Assert.Equal("HTTP/1.1 https spiffe://mesh-test/ns/default/sa/web", await call);
            return;
        }

        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => call);
        Assert.Equal(MeshFailureReason.ConnectFailure, refused.Reason);
        Assert.Contains(why, refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, _entered);
    }

    [Theory]
    [InlineData("Permissive", true)]
    [InlineData("Strict", false)]
    public async Task Who_has_no_identity_calls_in_plain_text_where_that_is_taken(string tls, bool isTaken)
    {
        TestAuthority authority = new();
        await using ConfigServer server = await ConfigServer.StartAsync(trustDomain: TrustDomain);
        await using WebApp catalog = await StartAsync(server, $$"""{ "Tls": "{{tls}}" }""", new TestIdentity(authority.Identity("catalog")));
        TestIdentity self = new(null) { Trouble = "Nobody gives it one." };
        await using Consumer web = await ConsumerAsync(server, self);

        if (isTaken)
        {
            Assert.Equal("HTTP/1.1 http nobody", await CallAsync(web));
            Assert.Equal("HTTP/2 http nobody", await CallAsync(web, "2.0"));
        }
        else
        {
            MeshException refused = await Assert.ThrowsAsync<MeshException>(() => CallAsync(web));
            Assert.Contains("This process has no identity, and Tls Mesh needs one. Nobody gives it one.", refused.ToString(), StringComparison.Ordinal);
            Assert.Equal(0, _entered);
        }

        // As soon as it is somebody it says so.
        self.Current = authority.Identity("web");
        await AnswersAsync("HTTP/1.1 https spiffe://mesh-test/ns/default/sa/web", () => CallAsync(web));
    }

    [Fact]
    public async Task Whose_identity_has_ended_does_not_call_in_plain_text()
    {
        TestAuthority authority = new();
        await using ConfigServer server = await ConfigServer.StartAsync(trustDomain: TrustDomain);
        await using WebApp catalog = await StartAsync(server, identity: new TestIdentity(authority.Identity("catalog")));
        TestIdentity self = new(authority.Identity("web"));
        await using Consumer web = await ConsumerAsync(server, self);
        Assert.Equal("HTTP/1.1 https spiffe://mesh-test/ns/default/sa/web", await CallAsync(web));
        int before = _entered;

        self.Trouble = "It has ended.";
        self.Current = null;

        Assert.Contains("It has ended.", (await Assert.ThrowsAsync<MeshException>(() => CallAsync(web))).ToString(), StringComparison.Ordinal);
        Assert.Equal(before, _entered);
    }

    [Fact]
    public async Task A_failed_handshake_is_not_tried_again_in_plain_text()
    {
        TestAuthority authority = new();
        await using ConfigServer server = await ConfigServer.StartAsync(trustDomain: TrustDomain);
        await using WebApp catalog = await StartAsync(server, identity: new TestIdentity(authority.Identity("catalog")));

        // Whom the caller trusts is another: it would be served in plain text.
        await using Consumer web = await ConsumerAsync(server, new TestIdentity(new TestAuthority().Identity("web")));

        await Assert.ThrowsAsync<MeshException>(() => CallAsync(web));
        Assert.Equal(0, _entered);
    }

    [Fact]
    public async Task What_the_settings_and_the_identity_come_to_is_told_on_the_same_stream()
    {
        TestAuthority authority = new();
        TestIdentity self = new(null);
        await using ConfigServer server = await ConfigServer.StartAsync(trustDomain: TrustDomain);
        await using WebApp catalog = await StartAsync(server, identity: self);
        await using Consumer web = await ConsumerAsync(server, new TestIdentity(authority.Identity("web")));
        Assert.Equal("HTTP/1.1 http nobody", await CallAsync(web));

        self.Current = authority.Identity("catalog");
        await AnswersAsync("HTTP/1.1 https spiffe://mesh-test/ns/default/sa/web", () => CallAsync(web));

        // An end of the identity is none of the settings'.
        catalog.Change(Settings(server, """{ "Tls": "Disabled" }"""));
        await AnswersAsync("HTTP/1.1 http nobody", () => CallAsync(web));
        Assert.Single(catalog.Logs.Of("Registered"));
    }

    [Theory]
    [InlineData("catalog", true)]
    [InlineData("reviews", false)]
    public async Task The_config_server_asks_a_strict_process_whether_it_is_well_and_nobody_in_its_place(string service, bool isWell)
    {
        await using ConfigServer server = await ConfigServer.StartAsync(trustDomain: TrustDomain);
        await using WebApp other = await WebApp.StartAsync(
            $$"""{ "Service": { "Name": "{{service}}" }, "ConfigServer": { "Addresses": ["{{server.Address}}"] }, "Inbound": { "Enabled": false } }""");
        IIdentitySource identity = other.Services.GetRequiredService<IIdentitySource>();
        await identity.WaitAsync(TestContext.Current.CancellationToken).InTime();
        await using WebApp catalog = await StartAsync(
            server, """{ "Tls": "Strict", "HealthCheck": { "Http": { "Path": "/well" }, "Interval": "1s", "UnhealthyThreshold": 1 } }""", new TestIdentity(identity.Current));

        await AnswersAsync(
            isWell ? "ready, asked" : "unhealthy, never asked: it is spiffe://mesh-test/ns/default/sa/reviews, and is to be spiffe://mesh-test/ns/default/sa/catalog",
            async () =>
            {
                (string state, string? reason) = await server.StateOfAsync("catalog");
                return $"{state}, {(_entered > 0 ? "asked" : "never asked")}{(reason is null ? "" : $": {reason.Split("failed: ")[^1]}")}";
            });
    }

    [Fact]
    public async Task Renewals_on_both_sides_lose_no_call()
    {
        TestAuthority authority = new();
        TestIdentity self = new(authority.Identity("web"));
        TestIdentity other = new(authority.Identity("catalog"));
        ConcurrentDictionary<string, bool> serials = new();
        await using ConfigServer server = await ConfigServer.StartAsync(trustDomain: TrustDomain);
        await using WebApp catalog = await StartAsync(server, identity: other, answer: context =>
        {
            serials[context.Connection.ClientCertificate!.SerialNumber] = true;
            return context.Response.WriteAsync("hello");
        });
        await using Consumer web = await ConsumerAsync(server, self);
        using CancellationTokenSource enough = new();
        Task[] calls = [.. Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                Assert.Equal("hello", await CallAsync(web, i % 2 == 0 ? "1.1" : "2.0", HttpMethod.Post));
            }
        }))];

        // Nothing is sent again that a server may have seen: these are no GETs.
        self.Current = authority.Identity("web");
        other.Current = authority.Identity("catalog");
        await Eventually.Holds(() => serials.ContainsKey(self.Current.Certificate.TargetCertificate.SerialNumber) || calls.Any(call => call.IsCompleted));

        await enough.CancelAsync();
        await Task.WhenAll(calls);
    }

    private static string Settings(ConfigServer server, string inbound, string? token = null) => $$"""
        { "ConfigServer": { "Addresses": ["{{server.Address}}"]{{(token is null ? "" : $", \"JoinToken\": \"{token}\"")}} }, "Inbound": {{inbound}} }
        """;

    private static async Task<Consumer> ConsumerAsync(ConfigServer server, IIdentitySource? identity, string? token = null)
    {
        Consumer consumer = await Consumer.StartAsync(
            identity, [("Mesh:ConfigServer:Addresses:0", server.Address), ("Mesh:ConfigServer:JoinToken", token), ("Mesh:Upstreams", "catalog")]);
        await Eventually.Holds(() => consumer.Catalog.Any());
        return consumer;
    }

    private static async Task<string> CallAsync(Consumer caller, string version = "1.1", HttpMethod? method = null)
    {
        using HttpRequestMessage request = new(method ?? HttpMethod.Get, "http://catalog/") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await caller.Client().SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    // Connections of before may answer for a moment.
    private static async Task AnswersAsync(string expected, Func<Task<string>> call)
    {
        string last = "";
        for (Stopwatch waited = Stopwatch.StartNew(); last != expected && waited.Elapsed < TimeSpan.FromSeconds(15);)
        {
            try
            {
                last = await call();
            }
            catch (MeshException failure)
            {
                last = failure.Message;
            }
        }

        Assert.Equal(expected, last);
    }

    private Task<WebApp> StartAsync(ConfigServer server, string inbound = "{}", TestIdentity? identity = null, string? token = null, RequestDelegate? answer = null) => WebApp.StartAsync(
        Settings(server, inbound, token),
        builder =>
        {
            if (identity is not null)
            {
                builder.Services.AddSingleton<IIdentitySource>(identity);
            }
        },
        context =>
        {
            Interlocked.Increment(ref _entered);
            return answer is null
                ? context.Response.WriteAsync($"{context.Request.Protocol} {context.Request.Scheme} {context.GetMeshPeer()?.Id ?? "nobody"}")
                : answer(context);
        });
}
