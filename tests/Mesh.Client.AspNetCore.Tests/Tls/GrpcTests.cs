extern alias server;

using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Identity;
using Mesh.Model.Xds.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.AspNetCore.Tests.Tls;

/// <summary>gRPC comes as any HTTP/2 does, and its services see who calls.</summary>
public sealed class GrpcTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Services_see_who_calls(bool isTls)
    {
        TestAuthority authority = new();
        Seen seen = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceMesh();
        builder.Services.AddSingleton<IIdentitySource>(new TestIdentity(authority.Identity("catalog")));
        builder.Services.AddSingleton(seen);
        builder.Services.AddGrpc();
        await using WebApplication app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using X509Certificate2 certificate = authority.Leaf();
        using HttpClient caller = isTls ? Caller.Of(authority, certificate) : Caller.Plain();
        using GrpcChannel channel = GrpcChannel.ForAddress(isTls ? app.Urls.First().Https() : app.Urls.First(), new GrpcChannelOptions { HttpClient = caller });

        using AsyncDuplexStreamingCall<RegisterRequest, RegisterResponse> call =
            new Registry.RegistryClient(channel).Register(cancellationToken: TestContext.Current.CancellationToken);

        Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).InTime());
        Assert.Equal(isTls ? "spiffe://mesh-test/ns/default/sa/web" : null, seen.Peer);
        Assert.Equal(isTls, seen.IsAuthenticated);
        Assert.Equal(isTls ? certificate.Thumbprint : null, seen.Certificate);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Seen
    {
        public string? Peer { get; set; }

        public bool IsAuthenticated { get; set; }

        public string? Certificate { get; set; }
    }

    private sealed class Service(Seen seen) : server::Mesh.Model.Xds.Wire.Registry.RegistryBase
    {
        public override Task Register(IAsyncStreamReader<RegisterRequest> requestStream, IServerStreamWriter<RegisterResponse> responseStream, ServerCallContext context)
        {
            seen.Peer = context.GetHttpContext().GetMeshPeer()?.Id;
            seen.IsAuthenticated = context.AuthContext.IsPeerAuthenticated;
            seen.Certificate = context.GetHttpContext().Connection.ClientCertificate?.Thumbprint;
            return Task.CompletedTask;
        }
    }
}
