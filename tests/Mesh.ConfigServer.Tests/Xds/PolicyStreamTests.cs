using Grpc.Core;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class PolicyStreamTests
{
    private static readonly Node s_web = new() { Id = "web-1", Cluster = "web", UserAgentName = "Mesh.Client" };

    [Fact]
    public void Who_asks_is_told_even_that_there_is_nothing()
    {
        DeltaBench bench = new(s_web);

        bench.Subscribe("InboundPolicy", "web.default");

        Assert.Equal("", Documents(bench));
        Assert.Equal(ResourceState.Stale, bench.StateOf("InboundPolicy", "web.default"));
    }

    [Theory]
    [InlineData("default", null, true)]
    [InlineData("default", "web", true)]
    [InlineData("default", "WEB", true)]
    [InlineData("*", null, true)]
    [InlineData("*", "web", true)]
    [InlineData("shop", null, false)]
    [InlineData("shop", "web", false)]
    [InlineData("default", "catalog", false)]
    [InlineData("*", "catalog", false)]
    public void A_policy_is_told_to_those_whom_it_is_for(string space, string? service, bool isTold)
    {
        DeltaBench bench = new(s_web);
        bench.Subscribe("InboundPolicy", "web.default");
        bench.Responses();
        bench.Ack("InboundPolicy", "1");

        bench.Change(state => Apply(state, Policy("a", space, service)));

        Assert.Equal(isTold ? 1 : 0, bench.Responses().Length);
        if (isTold)
        {
            Assert.Contains("\"name\":\"a\"", Text(bench), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_taken_away_is_told_and_what_stays_as_it_was_is_not()
    {
        DeltaBench bench = new(s_web);
        bench.Change(state => Apply(state, Policy("a", "default", null) + "---\n" + Policy("b", "shop", null)));
        bench.Subscribe("InboundPolicy", "web.default");
        Assert.Contains("\"name\":\"a\"", Documents(bench), StringComparison.Ordinal);
        bench.Ack("InboundPolicy", "1");

        bench.Change(state => Apply(state, Policy("a", "default", null) + Docs.ServiceYaml("x").Insert(0, "---\n")));
        Assert.Empty(bench.Responses());

        bench.Change(state => Remove(state, new DocumentKey(DocumentKey.AuthorizationPolicy, "default", "a")));
        Assert.Equal("", Documents(bench));
    }

    [Theory]
    [InlineData("catalog.default")]
    [InlineData("web.shop")]
    [InlineData("web")]
    [InlineData("WEB.default")]
    public void Nobody_is_told_who_may_call_others(string name)
    {
        DeltaBench bench = new(s_web);

        RpcException refused = Assert.Throws<RpcException>(() => bench.Subscribe("InboundPolicy", name));

        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
    }

    [Fact]
    public void Foreign_clients_are_told_no_policy_of_ours()
    {
        DeltaBench bench = new(Bench.Node);

        Assert.Equal(StatusCode.PermissionDenied, Assert.Throws<RpcException>(() => bench.Subscribe("InboundPolicy", "web.default")).StatusCode);
    }

    [Fact]
    public void Without_an_authority_there_is_nobody_to_believe()
    {
        DeltaBench bench = new(s_web);

        bench.Subscribe("TrustBundle", "mesh");

        Assert.Equal(["trustbundle 1: -mesh"], bench.Responses());
    }

    private static string Policy(string name, string space, string? service) =>
        $"kind: AuthorizationPolicy\nname: {name}\nnamespace: '{space}'\n{(service is null ? "" : $"selector: {{ service: {service} }}\n")}rules: [{{}}]\n";

    private static MeshState Apply(MeshState state, string yaml)
    {
        MeshWrite write = Docs.Apply(yaml);
        return MeshChecker.Check(state, state.Version.Next, write.After(state.Documents), write.Put).State!;
    }

    private static MeshState Remove(MeshState state, params DocumentKey[] keys)
    {
        MeshWrite write = Docs.Delete(keys);
        return MeshChecker.Check(state, state.Version.Next, write.After(state.Documents), write.Put).State!;
    }

    private static string Documents(DeltaBench bench)
    {
        Assert.Single(bench.Responses());
        return Text(bench);
    }

    private static string Text(DeltaBench bench) => string.Join(
        ' ', Assert.Single(bench.Last!.Resources).Resource_.Unpack<MeshInboundPolicy>().Documents);
}
