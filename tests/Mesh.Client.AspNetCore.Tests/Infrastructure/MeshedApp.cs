using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Client.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>A web application that has an identity, the authority that gave it, and who called it.</summary>
internal sealed class MeshedApp : IAsyncDisposable
{
    private int _entered;

    private MeshedApp(TestAuthority authority, TestIdentity identity) => (Authority, Identity) = (authority, identity);

    public WebApp App { get; private set; } = null!;

    public TestAuthority Authority { get; }

    public TestIdentity Identity { get; }

    public string Url => App.Url;

    public int Port => new Uri(Url).Port;

    /// <summary>How many requests have come as far as the application.</summary>
    public int Entered => Volatile.Read(ref _entered);

    /// <param name="tls">Of <c>Mesh:Inbound</c>.</param>
    /// <param name="hasIdentity">False: it has none yet.</param>
    /// <param name="configure">Registers more, after the mesh.</param>
    /// <param name="answer">Answers each request; null: the caller's identity.</param>
    /// <param name="urls">Where it listens.</param>
    /// <param name="policies">What the authority says of callers; null: there is none that says anything.</param>
    /// <param name="shape">Adds to its pipeline and its endpoints.</param>
    /// <param name="before">Registers more, before the mesh.</param>
    /// <param name="mesh">All that stands under <c>Mesh</c>, in place of <paramref name="tls"/>.</param>
    public static async Task<MeshedApp> StartAsync(
        string tls = "Permissive", bool hasIdentity = true, Action<WebApplicationBuilder>? configure = null, RequestDelegate? answer = null, string? urls = "http://127.0.0.1:0",
        TestPolicies? policies = null, Action<WebApplication>? shape = null, Action<WebApplicationBuilder>? before = null, string? mesh = null)
    {
        TestAuthority authority = new();
        MeshedApp app = new(authority, new TestIdentity(hasIdentity ? authority.Identity("catalog") : null));
        app.App = await WebApp.StartAsync(
            mesh ?? Settings(tls),
            builder =>
            {
                builder.Services.AddSingleton<IIdentitySource>(app.Identity);
                if (policies is not null)
                {
                    builder.Services.AddSingleton<IInboundPolicySource>(policies);
                }

                configure?.Invoke(builder);
            },
            context =>
            {
                Interlocked.Increment(ref app._entered);
                return answer is null ? context.Response.WriteAsync(context.GetMeshPeer()?.Id ?? "nobody") : answer(context);
            },
            urls,
            "Development",
            shape,
            before);
        return app;
    }

    public static string Settings(string tls) => $$"""{ "Inbound": { "Tls": "{{tls}}" } }""";

    public HttpClient Caller(X509Certificate2? certificate) => Infrastructure.Caller.Of(Authority, certificate);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
