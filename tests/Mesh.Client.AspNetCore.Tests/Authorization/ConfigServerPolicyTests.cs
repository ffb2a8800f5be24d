using System.Net;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Sources;
using Mesh.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.AspNetCore.Tests.Authorization;

/// <summary>What a real config server tells a process of the calls that reach it.</summary>
public sealed class ConfigServerPolicyTests
{
    [Fact]
    public async Task A_process_is_told_what_concerns_it_and_of_each_change()
    {
        await using ConfigServer server = await ConfigServer.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await server.ApplyAsync("""
            kind: AuthorizationPolicy
            name: of-the-mesh
            namespace: "*"
            action: Deny
            rules: [{ to: [{ paths: [/debug] }] }]
            ---
            kind: AuthorizationPolicy
            name: of-the-service
            selector: { service: catalog }
            rules: [{}]
            ---
            kind: AuthorizationPolicy
            name: of-another-service
            selector: { service: orders }
            rules: [{}]
            ---
            kind: AuthorizationPolicy
            name: of-another-namespace
            namespace: shop
            rules: [{}]
            ---
            kind: PeerAuthentication
            name: all
            mode: Permissive
            """));
        await using WebApp app = await WebApp.StartAsync(At(server));
        IInboundPolicySource source = app.Services.GetRequiredService<IInboundPolicySource>();
        int changes = 0;
        source.Changed += () => Interlocked.Increment(ref changes);

        await Eventually.Holds(() => Names(source) == "*/of-the-mesh default/of-the-service Allow");
        Assert.Equal(InboundTls.Permissive, Assert.Single(source.Current!.PeerAuthentication).Mode);
        Assert.Null(source.Trouble);
        InboundPolicy first = source.Current!;

        await server.ApplyAsync("kind: AuthorizationPolicy\nname: of-another-namespace\nnamespace: shop\nrules: [{ to: [{ methods: [GET] }] }]\n");
        await server.ApplyAsync("kind: MeshSettings\nauthorization: { default: AuthenticatedOnly }\n");
        await Eventually.Holds(() => Names(source) == "*/of-the-mesh default/of-the-service AuthenticatedOnly");

        int told = Volatile.Read(ref changes);
        await server.DeleteAsync("authorization-policies/*/of-the-mesh");
        await server.DeleteAsync("authorization-policies/default/of-the-service");
        await Eventually.Holds(() => Names(source) == "AuthenticatedOnly");
        Assert.True(Volatile.Read(ref changes) > told);
        Assert.NotSame(first, source.Current);
    }

    [Fact]
    public async Task What_no_process_could_make_sense_of_is_not_stored()
    {
        await using ConfigServer server = await ConfigServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(At(server));
        IInboundPolicySource source = app.Services.GetRequiredService<IInboundPolicySource>();

        Assert.Equal(HttpStatusCode.BadRequest, await server.ApplyAsync("kind: AuthorizationPolicy\nname: a\nrules: [{ until: tomorrow }]\n"));

        await Eventually.Holds(() => source.Current is not null);
        Assert.Equal("Allow", Names(source));
    }

    [Fact]
    public async Task Until_the_server_has_said_it_nothing_is_known_and_afterwards_the_last_word_holds()
    {
        ConfigServer server = await ConfigServer.StartAsync();
        await server.ApplyAsync("kind: AuthorizationPolicy\nname: mine\nrules: [{}]\n");
        DirectoryInfo cache = Directory.CreateTempSubdirectory("mesh-cache");
        (string kept, string unkept) = (At(server, cache.FullName), At(server));
        try
        {
            await using (WebApp app = await WebApp.StartAsync(kept))
            {
                IInboundPolicySource source = app.Services.GetRequiredService<IInboundPolicySource>();
                await Eventually.Holds(() => Names(source) == "default/mine Allow");
                await server.DisposeAsync();
                await Eventually.Holds(() => app.Services.GetRequiredService<IServiceMesh>().Describe().ConfigServer is { Address: null });
                Assert.Equal("default/mine Allow", Names(source));
            }

            // Both without a server.
            await using WebApp restarted = await WebApp.StartAsync(kept);
            Assert.Equal("default/mine Allow", Names(restarted.Services.GetRequiredService<IInboundPolicySource>()));
            await using WebApp strange = await WebApp.StartAsync(unkept);
            Assert.Null(strange.Services.GetRequiredService<IInboundPolicySource>().Current);
            Assert.Equal("The config server has not said yet who may call catalog.default.", strange.Services.GetRequiredService<IInboundPolicySource>().Trouble);
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_a_server_nothing_is_asked_and_one_that_comes_is_waited_for()
    {
        await using ConfigServer server = await ConfigServer.StartAsync();
        await server.ApplyAsync("kind: AuthorizationPolicy\nname: mine\nrules: [{}]\n");
        await using WebApp app = await WebApp.StartAsync("{}");
        IInboundPolicySource source = app.Services.GetRequiredService<IInboundPolicySource>();
        Assert.Same(InboundPolicy.None, source.Current);
        List<InboundPolicy?> seen = [];
        source.Changed += () =>
        {
            lock (seen)
            {
                seen.Add(source.Current);
            }
        };

        app.Change(At(server));
        await Eventually.Holds(() => Names(source) == "default/mine Allow");
        lock (seen)
        {
            Assert.Null(seen[0]);
        }

        app.Change("""{ "Enabled": true }""");
        await Eventually.Holds(() => source.Current == InboundPolicy.None);
    }

    private static string At(ConfigServer server, string? cache = null) =>
        $$"""{ "ConfigServer": { "Addresses": ["{{server.Address}}"]{{(cache is null ? "" : $", \"CacheDirectory\": \"{cache}\"")}} } }""";

    private static string Names(IInboundPolicySource source) => source.Current is not { } policy ? "nothing is known"
        : string.Join(' ', [.. policy.Authorization.Select(each => each.FullName), policy.Default.ToString()]);
}
