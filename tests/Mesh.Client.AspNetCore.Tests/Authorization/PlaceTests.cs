using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Rewrite;
using Microsoft.Extensions.DependencyInjection;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Authorization;

/// <summary>Calls are judged as they were received, wherever the application has what changes them.</summary>
public sealed class PlaceTests
{
    [Theory]
    [InlineData("app")]
    [InlineData("filter before")]
    [InlineData("filter after")]
    public async Task What_changes_a_call_comes_after(string place)
    {
        TestPolicies policies = new();
        await using MeshedApp app = await StartAsync(policies, place);

        // As it is received, and not as it becomes.
        policies.Current = Of(Deny(Paths("/shop/admin")));
        Assert.Equal(403, await AskAsync(app));
        policies.Current = Of(Deny(Paths("/admin", "/public")));
        Assert.Equal(200, await AskAsync(app));

        policies.Current = Of(Allow(FromAddress("10.9.9.9/32")));
        Assert.Equal(403, await AskAsync(app));
        policies.Current = Of(Allow(FromAddress("127.0.0.1/32")));
        Assert.Equal(200, await AskAsync(app));

        policies.Current = Of(Allow(ToHost("forged.example")));
        Assert.Equal(403, await AskAsync(app));
        policies.Current = Of(Allow(ToHost("127.0.0.1")));
        Assert.Equal(200, await AskAsync(app));
        Assert.Equal(3, app.Entered);
    }

    // It is changed indeed, or the rest proves nothing.
    [Theory]
    [InlineData("app")]
    [InlineData("filter before")]
    [InlineData("filter after")]
    public async Task The_application_sees_what_they_made_of_it(string place)
    {
        await using MeshedApp app = await StartAsync(new TestPolicies(), place);

        string answer = await RawCall.SendAsync(app.Url, "/shop/admin", headers: Forged);

        Assert.Contains("10.9.9.9 forged.example /shop /public", answer, StringComparison.Ordinal);
    }

    private const string Forged = "X-Forwarded-For: 10.9.9.9\r\nX-Forwarded-Host: forged.example\r\n";

    private static Task<int> AskAsync(MeshedApp app) => RawCall.StatusAsync(app.Url, "/shop/admin", headers: Forged);

    private static AuthorizationRule FromAddress(string block) => new() { From = [new() { IpBlocks = [System.Net.IPNetwork.Parse(block)] }] };

    private static AuthorizationRule ToHost(string host) => new() { To = [new() { Hosts = [host] }] };

    private static Task<MeshedApp> StartAsync(TestPolicies policies, string place) => MeshedApp.StartAsync(
        policies: policies,
        answer: context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
            context.Response, $"{context.Connection.RemoteIpAddress} {context.Request.Host} {context.Request.PathBase} {context.Request.Path}"),
        before: builder => AddFilter(builder, place == "filter before"),
        configure: builder => AddFilter(builder, place == "filter after"),
        shape: app =>
        {
            if (place == "app")
            {
                Change(app);
            }
        });

    private static void AddFilter(WebApplicationBuilder builder, bool isWanted)
    {
        if (isWanted)
        {
            builder.Services.AddSingleton<IStartupFilter, Filter>();
        }
    }

    private static void Change(IApplicationBuilder app)
    {
        app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All });
        app.UsePathBase("/shop");
        app.UseRewriter(new RewriteOptions().AddRewrite("^admin$", "public", skipRemainingRules: true));
    }

    private sealed class Filter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            Change(app);
            next(app);
        };
    }
}
