using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Authorization;

/// <summary>However an endpoint is asked for, denying its path denies it, and allowing another does not allow it.</summary>
public sealed class PathTricksTests
{
    /// <summary>Targets, and whether they come to <c>/admin</c> where nobody denies it.</summary>
    public static TheoryData<string, bool> Targets { get; } = new()
    {
        { "/admin", true },
        { "/Admin", true },
        { "/admin/", true },
        { "/%61dmin", true },
        { "/%41DMIN/", true },
        { "/x/../admin", true },
        { "/x/%2e%2e/admin", true },
        { "/./admin", true },
        { "/admin?x=/public", true },
        { "/admin?%2f", true },
        { "http://other.example/admin", true },
        { "//admin", false },
        { "/admin;x", false },
        { "/admin%2fx", false },
        { "/admin%20", false },
        { "/public/admin", false },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Denied_is_denied_in_each_spelling(string target, bool isAdmin)
    {
        TestPolicies policies = new(Deny(Paths("/admin")));
        await using MeshedApp app = await StartAsync(policies);
        string? host = target.StartsWith("http", StringComparison.Ordinal) ? "other.example" : null;

        string denied = await RawCall.SendAsync(app.Url, target, host: host);
        Assert.DoesNotContain("the admin", denied, StringComparison.Ordinal);
        policies.Current = Of();
        string free = await RawCall.SendAsync(app.Url, target, host: host);

        Assert.Equal(isAdmin, free.Contains("the admin", StringComparison.Ordinal));
        Assert.Equal(isAdmin, denied.Contains("RBAC: access denied", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Allowing_another_path_allows_it_in_no_spelling(string target, bool isAdmin)
    {
        await using MeshedApp app = await StartAsync(new TestPolicies(Allow(Paths("/public", "/public/*"))));

        string answer = await RawCall.SendAsync(app.Url, target, host: target.StartsWith("http", StringComparison.Ordinal) ? "other.example" : null);

        Assert.DoesNotContain("the admin", answer, StringComparison.Ordinal);
        Assert.False(isAdmin && answer.Contains(" 200 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/public%2fx")]
    [InlineData("/public%2Fx")]
    [InlineData("/public%5cx")]
    [InlineData("/public%5Cx")]
    [InlineData("/public%00")]
    [InlineData("/public%252fx")]
    [InlineData("/public%255cx")]
    [InlineData("/public\\x")]
    public async Task What_readers_read_differently_is_refused_where_paths_matter(string target)
    {
        TestPolicies policies = new(Allow(Paths("/public*")));
        await using MeshedApp app = await StartAsync(policies);

        Assert.Equal(400, await RawCall.StatusAsync(app.Url, target));
        Assert.Equal(0, app.Entered);

        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/public/x"));
    }

    [Fact]
    public async Task It_is_not_where_no_policy_names_paths()
    {
        await using MeshedApp app = await StartAsync(new TestPolicies(Allow(new Mesh.Model.AuthorizationRule())));

        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/public%2fx"));
    }

    [Theory]
    [InlineData("OPTIONS", "*")]
    [InlineData("CONNECT", "other.example:80")]
    public async Task What_has_no_path_is_not_allowed_by_one(string method, string target)
    {
        TestPolicies policies = new(Allow(Paths("/*")));
        await using MeshedApp app = await StartAsync(policies);

        Assert.NotEqual(200, await RawCall.StatusAsync(app.Url, target, method, host: method == "CONNECT" ? target : null));
        Assert.Equal(0, app.Entered);
        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "/other", method == "CONNECT" ? "GET" : method));
    }

    // It comes to the endpoint of the root.
    [Fact]
    public async Task What_has_no_path_is_denied_as_the_root_is()
    {
        TestPolicies policies = new(Deny(Paths("/")));
        await using MeshedApp app = await StartAsync(policies);

        Assert.Equal(403, await RawCall.StatusAsync(app.Url, "*", "OPTIONS"));
        policies.Current = Of(Deny(Paths("/admin")));
        Assert.Equal(200, await RawCall.StatusAsync(app.Url, "*", "OPTIONS"));
    }

    [Theory]
    [InlineData("/Admin", true)]
    [InlineData("/admin/", true)]
    [InlineData("/%61dmin", true)]
    [InlineData("/x/%2e%2e/admin", true)]
    [InlineData("/admin?x=/public", true)]
    [InlineData("/admin#x", false)]
    [InlineData("admin", false)]
    [InlineData("//admin", false)]
    [InlineData("*", false)]
    [InlineData("", false)]
    [InlineData("http://other.example/admin", false)]
    [InlineData("/public /admin", false)]
    [InlineData("/public\r\n/admin", false)]
    public async Task Pseudo_headers_are_no_way_around(string path, bool isAdmin)
    {
        int entered = 0;
        TestPolicies policies = new(Deny(Paths("/admin")));
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, shape: app => app.MapGet("/admin", () => Interlocked.Increment(ref entered)));

        await AskAsync();
        Assert.Equal(0, entered);
        policies.Current = Of();
        await AskAsync();
        Assert.Equal(isAdmin, entered == 1);

        Task<int> AskAsync() => RawHttp2.SendAsync(app.Url, (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", path));
    }

    [Theory]
    [InlineData(":path=/public :path=/admin")]
    [InlineData(":path=/admin :path=/public")]
    [InlineData(":path=/public x=y :path=/admin")]
    [InlineData(":path=/public :admin=/admin")]
    [InlineData(":path=/public Path=/admin")]
    public async Task Pseudo_headers_that_contradict_themselves_reach_nobody(string fields)
    {
        int entered = 0;
        await using MeshedApp app = await MeshedApp.StartAsync(policies: new TestPolicies(Allow(Paths("/public"))), shape: app =>
        {
            app.MapGet("/admin", () => Interlocked.Increment(ref entered));
            app.MapGet("/public", () => Interlocked.Increment(ref entered));
        });
        (string, string)[] start = [(":method", "GET"), (":scheme", "http"), (":authority", "a")];

        await RawHttp2.SendAsync(app.Url, [.. start, .. fields.Split(' ').Select(field => (field.Split('=')[0], field.Split('=')[1]))]);
        Assert.Equal(0, entered);

        await RawHttp2.SendAsync(app.Url, [.. start, (":path", "/public")]);
        Assert.Equal(1, entered);
    }

    // As the fallback's endpoint counts, and the other does not.
    private static Task<MeshedApp> StartAsync(TestPolicies policies) => MeshedApp.StartAsync(policies: policies, shape: app => app.MapGet("/admin", () => "the admin"));
}
