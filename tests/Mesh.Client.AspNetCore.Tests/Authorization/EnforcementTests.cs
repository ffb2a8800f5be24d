using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Model;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Authorization;

/// <summary>Whom the policies of the moment do not allow does not reach the application. Each attack has its twin, which differs in one fact and passes.</summary>
public sealed class EnforcementTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_caller_that_is_not_allowed_is_refused_and_told_nothing(string version)
    {
        await using MeshedApp app = await MeshedApp.StartAsync(policies: new TestPolicies(Allow(From("web"))));
        using X509Certificate2 other = app.Authority.Leaf("other");
        using X509Certificate2 web = app.Authority.Leaf("web");
        using HttpClient otherCaller = app.Caller(other);
        using HttpClient webCaller = app.Caller(web);
        (otherCaller.DefaultRequestVersion, webCaller.DefaultRequestVersion) = (Version.Parse(version), Version.Parse(version));

        using HttpResponseMessage refused = await otherCaller.GetUriAsync(app.Url.Https());
        Assert.Equal(0, app.Entered);
        Assert.Equal("spiffe://mesh-test/ns/default/sa/web", await webCaller.GetTextAsync(app.Url.Https()));

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("RBAC: access denied", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("mesh; error=http_request_denied", Assert.Single(refused.Headers.GetValues("Proxy-Status")));
        Assert.Equal(["date", "proxy-status", "server"], refused.Headers.Select(header => header.Key.ToLowerInvariant()).Order(StringComparer.Ordinal));
        Assert.Equal(
            "A call of spiffe://mesh-test/ns/default/sa/other, GET /, is refused. No policy allows it.",
            Assert.Single(app.App.Logs.Of("CallRefused")).Message);
    }

    [Fact]
    public async Task Denied_by_who_calls_a_caller_in_plain_text_is_denied_as_well()
    {
        TestPolicies policies = new(Deny(From("other")));
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies);
        using X509Certificate2 web = app.Authority.Leaf("web");
        using HttpClient webCaller = app.Caller(web);
        using HttpClient plain = Caller.Plain();

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(plain, app.Url));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(webCaller, app.Url.Https()));

        Assert.EndsWith("By default/barred, rule 0.", Assert.Single(app.App.Logs.Of("CallRefused")).Message, StringComparison.Ordinal);
        policies.Current = Of();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(plain, app.Url));
    }

    // A header is a caller's word, a certificate its authority's.
    [Fact]
    public async Task Nothing_that_a_caller_sends_makes_it_another()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(policies: new TestPolicies(Allow(From("web"))));
        using X509Certificate2 other = app.Authority.Leaf("other");
        using HttpClient caller = app.Caller(other);
        caller.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-Client-Cert", "URI=spiffe://mesh-test/ns/default/sa/web");
        caller.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", "10.0.0.1");

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(caller, app.Url.Https()));
        Assert.Equal(0, app.Entered);
    }

    [Fact]
    public async Task The_policy_of_the_moment_holds_on_a_connection_that_is_there()
    {
        TestPolicies policies = new(Allow(From("web")));
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies);
        using X509Certificate2 web = app.Authority.Leaf("web");
        using HttpClient caller = app.Caller(web);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(caller, app.Url.Https()));

        policies.Current = Of(Allow(From("web")), Deny(From("web")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(caller, app.Url.Https()));

        policies.Current = Of(Allow(From("web")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(caller, app.Url.Https()));
        Assert.Equal(2, app.Entered);
    }

    [Theory]
    [InlineData(AuthorizationDefault.Allow, HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData(AuthorizationDefault.AuthenticatedOnly, HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData(AuthorizationDefault.Deny, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    internal async Task Where_no_policy_allows_anything_the_mesh_s_default_holds(AuthorizationDefault standard, HttpStatusCode plain, HttpStatusCode proven)
    {
        await using MeshedApp app = await MeshedApp.StartAsync(policies: new TestPolicies { Current = Of() with { Default = standard } });
        using X509Certificate2 web = app.Authority.Leaf("web");
        using HttpClient webCaller = app.Caller(web);
        using HttpClient plainCaller = Caller.Plain();

        Assert.Equal(plain, await StatusAsync(plainCaller, app.Url));
        Assert.Equal(proven, await StatusAsync(webCaller, app.Url.Https()));
    }

    [Fact]
    public async Task Addresses_and_ports_are_those_of_the_connection()
    {
        TestPolicies policies = new();
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies);
        using HttpClient plain = Caller.Plain();
        plain.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", "10.9.9.9");
        AuthorizationRule here = new() { From = [new() { IpBlocks = [IPNetwork.Parse("127.0.0.0/8")] }], To = [new() { Ports = [app.Port] }] };
        AuthorizationRule there = new() { From = [new() { IpBlocks = [IPNetwork.Parse("10.9.9.9/32")] }], To = [new() { Ports = [app.Port] }] };

        policies.Current = Of(Allow(there));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(plain, app.Url));
        policies.Current = Of(Allow(here));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(plain, app.Url));
    }

    [Fact]
    public async Task Policies_are_for_those_that_their_selectors_name()
    {
        AuthorizationPolicy barred = Deny(new AuthorizationRule()) with { Selector = new() { Labels = Maps.Empty.Add("tier", "gold") } };
        await using MeshedApp gold = await MeshedApp.StartAsync(policies: new TestPolicies(barred), mesh: """{ "Service": { "Labels": { "tier": "gold" } } }""");
        await using MeshedApp silver = await MeshedApp.StartAsync(policies: new TestPolicies(barred), mesh: """{ "Service": { "Labels": { "tier": "silver" } } }""");
        using HttpClient plain = Caller.Plain();

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(plain, gold.Url));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(plain, silver.Url));
    }

    [Fact]
    public async Task Without_an_authority_everybody_is_let_in()
    {
        await using WebApp app = await WebApp.StartAsync("{}", arePoliciesServed: true);
        using HttpClient plain = Caller.Plain();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(plain, app.Url));
    }

    // No switch turns it off.
    [Fact]
    public async Task It_is_enforced_where_the_mesh_looks_after_nothing_else()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(policies: new TestPolicies(Deny(new AuthorizationRule())), mesh: """{ "Enabled": false, "Inbound": { "Enabled": false } }""");
        using HttpClient plain = Caller.Plain();

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(plain, app.Url));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string url)
    {
        using HttpResponseMessage response = await client.GetUriAsync(url);
        return response.StatusCode;
    }
}
