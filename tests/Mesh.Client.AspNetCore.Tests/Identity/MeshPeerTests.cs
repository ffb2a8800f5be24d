using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using Mesh.Client.AspNetCore.Identity;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Client.AspNetCore.Tests.Identity;

/// <summary>An application learns who calls.</summary>
public sealed class MeshPeerTests
{
    private const string Web = "spiffe://mesh-test/ns/default/sa/web";

    [Fact]
    public async Task The_caller_is_the_user_and_its_parts_are_told()
    {
        string told = await AskAsync(context =>
        {
            MeshPeer peer = context.GetMeshPeer()!;
            return $"{peer} {peer.TrustDomain} {peer.Namespace} {peer.Service} {context.User.Identity!.AuthenticationType} {context.User.Identity.Name} "
                + string.Join(' ', context.User.Claims.Skip(1).Select(claim => $"{claim.Type}={claim.Value}"));
        });

        Assert.Equal($"{Web} mesh-test default web Mesh {Web} mesh.trust_domain=mesh-test mesh.namespace=default mesh.service=web", told);
    }

    [Fact]
    public async Task A_caller_in_plain_text_is_nobody()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(answer: context => context.Response.WriteAsync($"{context.GetMeshPeer()?.Id}{context.User.Identity?.IsAuthenticated}"));
        using HttpClient plain = Caller.Plain();

        Assert.Equal("False", await plain.GetTextAsync(app.Url));
    }

    // It must not pass for a user where the application asks for one.
    [Fact]
    public async Task Where_the_application_authenticates_users_the_caller_is_none() => Assert.Equal($"{Web} False", await AskAsync(
        context => $"{context.GetMeshPeer()?.Id} {context.User.Identities.Any(identity => identity.IsAuthenticated)}",
        builder => builder.Services.AddAuthentication("own").AddScheme<AuthenticationSchemeOptions, NobodyHandler>("own", null)));

    [Fact]
    public async Task The_application_s_filters_come_after_and_change_nothing_of_it()
    {
        string told = await AskAsync(
            context => $"{context.Items["seen"]} {context.GetMeshPeer()?.Id} {context.User.Identity?.Name} {context.Request.PathBase}",
            builder =>
            {
                // Whatever was registered before the mesh, as headers are by the host itself, comes after it too.
                Assert.Equal(typeof(PeerUser), builder.Services.Where(service => service.ServiceType == typeof(IStartupFilter)).ElementAt(1).ImplementationType);
                builder.Services.AddSingleton<IStartupFilter>(new Filter());
            },
            request =>
            {
                request.Headers.Add("X-Forwarded-For", "10.1.1.1");
                request.Headers.Add("X-Client-Cert", "spiffe://mesh-test/ns/default/sa/admin");
                request.RequestUri = new Uri(request.RequestUri!, "/shop/items");
            });

        Assert.Equal($"{Web} {Web} {Web} /shop", told);
    }

    private static async Task<string> AskAsync(
        Func<HttpContext, string> answer, Action<WebApplicationBuilder>? configure = null, Action<HttpRequestMessage>? shape = null)
    {
        await using MeshedApp app = await MeshedApp.StartAsync(
            configure: builder => configure?.Invoke(builder),
            answer: context => context.Response.WriteAsync(answer(context)));
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        using HttpRequestMessage request = new(HttpMethod.Get, app.Url.Https());
        shape?.Invoke(request);
        using HttpResponseMessage response = await caller.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Filter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(following => context =>
            {
                context.Items["seen"] = context.User.Identity?.Name;
                return following(context);
            });
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All });
            app.UsePathBase("/shop");
            next(app);
        };
    }

    private sealed class NobodyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}
