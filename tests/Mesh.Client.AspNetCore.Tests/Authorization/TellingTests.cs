using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Authorization;

/// <summary>The operator is told what the caller is not.</summary>
public sealed class TellingTests
{
    [Theory]
    [InlineData("application/grpc", "application/grpc")]
    [InlineData("application/grpc+proto", "application/grpc")]
    [InlineData("APPLICATION/GRPC", "application/grpc")]
    [InlineData("application/grpc-web+proto", "application/grpc-web")]
    [InlineData("application/json", null)]
    public async Task A_gRPC_call_gets_a_gRPC_status(string type, string? answered)
    {
        TestPolicies policies = new(Deny(new AuthorizationRule()));
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies);
        using HttpClient plain = Caller.Plain(HttpVersion.Version20);

        (string denied, string body) = await PostAsync(plain, app.Url, type);
        policies.Current = null;
        (string unknown, _) = await PostAsync(plain, app.Url, type);

        Assert.Equal(answered is null ? "403 text/plain  " : $"200 {answered} 7 RBAC: access denied", denied);
        Assert.Equal(answered is null ? "RBAC: access denied" : "", body);
        Assert.Equal(answered is null ? "503 text/plain  " : $"200 {answered} 14 Service Unavailable", unknown);
        Assert.Equal(0, app.Entered);
    }

    [Fact]
    public async Task Each_outcome_is_counted()
    {
        TestPolicies policies = new();
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies);
        using MetricCollector<long> counted = new(app.App.Services.GetRequiredService<IMeterFactory>(), MeshTelemetry.InboundName, "mesh.inbound.authorizations");
        InboundPolicyStep[] steps =
        [
            new(p => p.Current = Of(), "default"),
            new(p => p.Current = Of() with { Default = AuthorizationDefault.Deny }, "default_denied"),
            new(p => p.Current = Of(Allow(new AuthorizationRule())), "allowed"),
            new(p => p.Current = Of(Allow()), "not_allowed"),
            new(p => p.Current = Of(Deny(new AuthorizationRule())), "denied default/barred"),
            new(p => p.Current = null, "unknown"),
            new(p => p.Current = Of(Allow(Paths("/*"))), "bad_path", "/a%2fb"),
            new(p => p.Current = Of(Deny(new AuthorizationRule()) with { DryRun = true }), "default, would_be_denied default/barred"),
            new(p => p.Current = Of(Deny(Paths("/other")) with { DryRun = true }), "default"),
        ];

        foreach (InboundPolicyStep step in steps)
        {
            counted.Clear();
            step.Change(policies);
            await RawCall.StatusAsync(app.Url, step.Target);
            Assert.Equal(step.Outcome, string.Join(", ", counted.GetMeasurementSnapshot().Select(one => $"{one.Tags["mesh.outcome"]} {one.Tags.GetValueOrDefault("mesh.policy")}".TrimEnd())));
        }
    }

    [Fact]
    public async Task Dry_runs_and_audits_are_logged_and_decide_nothing()
    {
        AuthorizationPolicy audit = new() { Name = "watch", Action = AuthorizationAction.Audit, Rules = [Paths("/audited")] };
        await using MeshedApp app = await MeshedApp.StartAsync(policies: new TestPolicies(audit, Deny(Paths("/rehearsed")) with { DryRun = true }));

        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/audited"));
        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/rehearsed"));
        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/neither"));

        Assert.Equal("A call of 127.0.0.1, GET /audited, is allowed, and audited by default/watch, rule 0.", Assert.Single(app.App.Logs.Of("CallAudited")).Message);
        Assert.Equal(
            "A call of 127.0.0.1, GET /rehearsed, is allowed; with the policies in dry run it would be refused. By default/barred, rule 0.",
            Assert.Single(app.App.Logs.Of("DryRunDiffers")).Message);
        Assert.Empty(app.App.Logs.Of("CallRefused"));
    }

    [Fact]
    public async Task A_caller_writes_no_lines_of_its_own()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(policies: new TestPolicies(Deny(new AuthorizationRule())));

        Assert.Equal(403, await RawCall.StatusAsync(app.Url, "/a%0d%0aforged?secret"));

        Assert.Equal("A call of 127.0.0.1, GET /a%0D%0Aforged, is refused. By default/barred, rule 0.", Assert.Single(app.App.Logs.Of("CallRefused")).Message);
    }

    // Strangers are not to fill a disk.
    [Fact]
    public async Task Refusals_are_logged_ten_times_a_second_at_most()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(
            policies: new TestPolicies(Deny(new AuthorizationRule())),
            configure: builder => builder.Services.AddSingleton<TimeProvider>(new Microsoft.Extensions.Time.Testing.FakeTimeProvider()));
        for (int call = 0; call < 15; call++)
        {
            Assert.Equal(403, await RawCall.StatusAsync(app.Url, "/"));
        }

        Assert.Equal(10, app.App.Logs.Of("CallRefused").Count);
    }

    private static async Task<(string Head, string Body)> PostAsync(HttpClient client, string url, string type)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, url) { Version = HttpVersion.Version20, Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ($"{(int)response.StatusCode} {response.Content.Headers.ContentType} {HeaderOf(response, "grpc-status")} {HeaderOf(response, "grpc-message")}", body);
    }

    private static string HeaderOf(HttpResponseMessage response, string header) => response.Headers.TryGetValues(header, out IEnumerable<string>? values) ? values.Single() : "";

    private sealed record InboundPolicyStep(Action<TestPolicies> Change, string Outcome, string Target = "/");
}
