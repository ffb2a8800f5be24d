using System.Net;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Authorization;

/// <summary>Until it is known who may call, nobody may.</summary>
public sealed class UnknownPolicyTests
{
    private const string Exempt = """{ "Inbound": { "ExemptPaths": ["/healthz", "/a%20b", "/ready"] } }""";

    [Fact]
    public async Task Nobody_is_let_in_until_it_is_known()
    {
        TestPolicies policies = TestPolicies.Unknown;
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies);
        using HttpClient plain = Caller.Plain();

        using HttpResponseMessage refused = await plain.GetUriAsync(app.Url);
        using HttpResponseMessage again = await plain.GetUriAsync(app.Url);
        Assert.Equal(0, app.Entered);
        policies.Current = Of();

        Assert.Equal("nobody", await plain.GetTextAsync(app.Url));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, again.StatusCode);
        Assert.Equal("Service Unavailable", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.EndsWith("The config server is away.", Assert.Single(app.App.Logs.Of("PolicyUnknown")).Message, StringComparison.Ordinal);
        Assert.StartsWith("Version v1 of the mesh's policies", Assert.Single(app.App.Logs.Of("PolicyInForce")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/%68ealthz", 200)]
    [InlineData("/healthz?a=/b", 200)]
    [InlineData("/a%20b", 200)]
    [InlineData("/x/../healthz", 200)]
    [InlineData("/Healthz", 503)]
    [InlineData("/healthz/", 503)]
    [InlineData("//healthz", 503)]
    [InlineData("/healthz/x", 503)]
    [InlineData("/healthz;x", 503)]
    [InlineData("/healthz%2f", 503)]
    [InlineData("/healthz%2fx", 503)]
    [InlineData("/healthz%00", 400)]
    [InlineData("/healthz/..", 503)]
    [InlineData("/x?/healthz", 503)]
    [InlineData("/a%2520b", 503)]
    public async Task A_path_is_exempt_as_it_stands_and_in_no_other_spelling(string target, int status)
    {
        await using MeshedApp app = await MeshedApp.StartAsync(policies: TestPolicies.Unknown, mesh: Exempt);

        Assert.Equal(status, await RawCall.StatusAsync(app.Url, target));
        Assert.Equal(status == 200 ? 1 : 0, app.Entered);
    }

    [Fact]
    public async Task A_path_that_is_exempt_is_so_whatever_policies_say()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(policies: new TestPolicies(Deny(new Mesh.Model.AuthorizationRule())), mesh: Exempt);

        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/healthz"));
        Assert.Equal(403, await RawCall.StatusAsync(app.Url, "/healthz2"));
    }

    [Fact]
    public async Task The_process_is_not_ready_until_it_is_known()
    {
        TestPolicies policies = TestPolicies.Unknown;
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, mesh: Exempt);

        Assert.Equal(503, await RawCall.StatusAsync(app.Url, "/ready"));
        policies.Current = Of();
        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/ready"));
    }
}
