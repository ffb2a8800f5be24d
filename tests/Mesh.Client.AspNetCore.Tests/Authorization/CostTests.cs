using System.Net;
using Mesh.Client.AspNetCore.Authorization;
using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.AspNetCore.Tls;
using Mesh.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Authorization;

/// <summary>What every call pays.</summary>
public sealed class CostTests
{
    [Fact]
    public async Task Letting_a_call_in_allocates_nothing()
    {
        await using MeshedApp app = await MeshedApp.StartAsync(policies: new TestPolicies());
        CallJudge judge = app.App.Services.GetRequiredService<CallJudge>();
        using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = app.Authority.Leaf();
        PeerProof proof = new(new(TestAuthority.TrustDomain, "default", "web"), certificate, [], app.Authority.Bundle);
        InboundRules rules = new(Of(Allow(From("web")), Deny(Paths("/admin"))), new InboundSettings(), new ServiceIdentity { Name = "catalog" });
        DefaultHttpContext context = new();
        (context.Request.Method, context.Request.Path, context.Request.Host) = ("GET", "/items", new HostString("catalog", 80));
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        Enter();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < 1000; call++)
        {
            Enter();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);

        void Enter() => Assert.True(!rules.IsExempt("/items") && !PathCheck.IsAmbiguous(context) && judge.Admits(rules, proof, CallReader.Read(context, proof)));
    }
}
