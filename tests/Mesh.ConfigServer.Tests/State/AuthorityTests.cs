using System.Collections.Immutable;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model;
using Mesh.Model.Explanations;
using Mesh.Model.Xds.Wire;
using ResourceName = Mesh.ConfigServer.Xds.ResourceName;

namespace Mesh.ConfigServer.Tests.State;

public sealed class AuthorityTests
{
    private const string Deep = "a.a.a.a.a.a.a.a.a.a.a.a.deep.example";

    private static readonly MeshState s_mesh = FakeStates.With(
        FakeStates.Empty, "catalog.shop=1", "catalog.default=2", "a.default=3", "b.default=4", "c.default=5") with
    {
        Hosts = new Dictionary<string, ImmutableArray<string>>
        {
            ["catalog"] = ["a.default"],
            ["catalog:8080"] = ["b.default"],
            ["shop.example"] = ["a.default"],
            ["shop.example:80"] = ["b.default"],
            ["*.example"] = ["a.default"],
            ["*.shop.example"] = ["b.default"],
            ["*.shop.example:8080"] = ["c.default"],
            ["port.test:80"] = ["a.default"],
            ["cash"] = ["a.default"],
        }.ToImmutableDictionary(),
    };

    [Theory]
    [InlineData("catalog", "catalog.shop")]
    [InlineData("Catalog:8080", "b.default")]
    [InlineData("catalog:8081", "catalog.shop")]
    [InlineData("catalog.default", "catalog.default")]
    [InlineData("shop.example", "a.default")]
    [InlineData("shop.example:8080", "a.default")]
    [InlineData("x.y.example", "a.default")]
    [InlineData("x.shop.example", "b.default")]
    [InlineData("x.shop.example:8080", "c.default")]
    [InlineData("cash", "a.default")]
    [InlineData("cash.default", "a.default")]
    [InlineData("cash.default:8080", "a.default")]
    [InlineData("cash.shop", null)]
    [InlineData("nobody", null)]
    [InlineData("port.test", null)]
    [InlineData(Deep, null)]
    public void Clients_are_told_what_is_explained_to_people(string authority, string? service)
    {
        Assert.Equal(service, Authority.Parse(authority).FindIn(s_mesh, "shop"));

        ExplainedRequest request = ExplainedRequest.Of("GET", new Uri("http://" + authority), []);
        RequestExplanation? explanation = StateExplainer.Explain(s_mesh, request, new ServiceIdentity { Name = "web", Namespace = "shop" });
        Assert.Equal(service is null, explanation is null);

        Node web = new() { Id = "1", Metadata = new() { Fields = { ["NAMESPACE"] = Google.Protobuf.WellKnownTypes.Value.ForString("shop") } } };
        MeshSnapshot snapshot = MeshSnapshot.Of(s_mesh, MeshTrust.None, null, new ControlPlane(), new FakeEncoder(), new AllEncoded());
        Lookup found = snapshot.Find(ResourceName.Parse(ResourceType.Listener, authority, "shop"), ClientNode.Parse(web));
        Assert.Equal(service, found.Resource?.Service);
    }

    [Theory]
    [InlineData("catalog:8080", "catalog", "8080")]
    [InlineData("[::1]:80", "[::1]", "80")]
    [InlineData("[::1]", "[::1]", "")]
    [InlineData("::1", "::1", "")]
    [InlineData("catalog:", "catalog:", "")]
    [InlineData("Catalog:http", "catalog:http", "")]
    public void A_port_is_what_comes_after_a_host(string text, string host, string port) =>
        Assert.Equal(new Authority(host, port), Authority.Parse(text));

    private sealed class AllEncoded : IWithheldResources
    {
        public void Tell(ResourceName name, string service, Exception failure) => Assert.Fail(failure.Message);
    }
}
