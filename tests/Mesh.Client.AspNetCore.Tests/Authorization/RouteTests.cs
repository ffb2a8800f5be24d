using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Rewrite;
using Microsoft.AspNetCore.Routing;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Authorization;

/// <summary>A policy may name an endpoint by its route pattern, however one comes to it.</summary>
public sealed class RouteTests
{
    private int _entered;

    [Fact]
    public async Task Allowed_is_the_endpoint_with_the_pattern_and_no_other()
    {
        await using MeshedApp app = await StartAsync(new TestPolicies(Allow(Routes("/orders/{id}"))));

        Assert.Contains("order 7", await RawCall.SendAsync(app.Url, "/orders/7"), StringComparison.Ordinal);
        Assert.Equal(1, _entered);

        foreach (string other in (string[])["/orders", "/admin", "/orders/7/x", "/", "/quick"])
        {
            Assert.Equal(403, await RawCall.StatusAsync(app.Url, other));
        }

        Assert.Equal(1, _entered);
        Assert.Equal(0, app.Entered);
    }

    [Theory]
    [InlineData("/admin")]
    [InlineData("/Admin/")]
    [InlineData("/%61dmin")]
    [InlineData("/shop/admin")] // by PathBase
    [InlineData("/public")] // by rewriting
    [InlineData("/quick")] // by a short circuit
    public async Task Denied_is_the_endpoint_by_whatever_way(string target)
    {
        TestPolicies policies = new(Deny(Routes("/admin", "/quick")));
        await using MeshedApp app = await StartAsync(policies);

        string denied = await RawCall.SendAsync(app.Url, target);
        Assert.Equal(0, _entered);
        Assert.StartsWith("HTTP/1.1 403", denied, StringComparison.Ordinal);
        Assert.EndsWith("RBAC: access denied", denied, StringComparison.Ordinal);

        policies.Current = Of(Deny(Routes("/orders/{id}")));
        Assert.Equal(200, await RawCall.StatusAsync(app.Url, target));
        Assert.Equal(1, _entered);
    }

    // What is rewritten is asked for by both: as it came, and as it became.
    [Fact]
    public async Task Allowed_by_what_it_seemed_to_be_is_not_allowed_for_what_it_is()
    {
        TestPolicies policies = new(Allow(Routes("/{*path:nonfile}")));
        await using MeshedApp app = await StartAsync(policies);

        Assert.Equal(403, await RawCall.StatusAsync(app.Url, "/public"));
        Assert.Equal(0, _entered);
        policies.Current = Of(Allow(Routes("{*path:nonfile}", "/admin")));
        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/public"));
    }

    [Fact]
    public async Task The_call_itself_is_as_it_was()
    {
        await using MeshedApp app = await StartAsync(new TestPolicies(Allow(Routes("/orders/{id}"))));

        Assert.Contains("order 7 id=7 HTTP: GET /orders/{id}\r\n", await RawCall.SendAsync(app.Url, "/orders/7"), StringComparison.Ordinal);
    }

    private Task<MeshedApp> StartAsync(TestPolicies policies) => MeshedApp.StartAsync(policies: policies, shape: app =>
    {
        app.UsePathBase("/shop");
        app.UseRewriter(new RewriteOptions().AddRewrite("^public$", "admin", skipRemainingRules: true));
        app.UseRouting();
        app.MapGet("/admin", () => Enter("the admin"));
        app.MapGet("/quick", () => Enter("quick")).ShortCircuit();
        app.MapGet("/orders", () => Enter("orders"));
        app.MapGet("/orders/{id}", (string id, HttpContext context) =>
            Enter($"order {id} {string.Join(',', context.Request.RouteValues.Select(value => $"{value.Key}={value.Value}"))} {context.GetEndpoint()!.DisplayName}"));
    });

    private string Enter(string answer)
    {
        Interlocked.Increment(ref _entered);
        return answer;
    }
}
