using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Xds;
using Mesh.Model;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class ServiceAssemblyTests : IDisposable
{
    private const string Name = "catalog.default";

    private static readonly MeshService s_service = new()
    {
        Endpoints = [new MeshEndpoint { Host = "10.0.0.1", Port = 80 }], Tls = new TlsSettings { Sni = "catalog" },
    };

    private readonly ResourceStore _store = new(_ => null);
    private readonly ServiceAssembly _assembly;

    public ServiceAssemblyTests()
    {
        _assembly = new ServiceAssembly(_store, Name);
        Assert.Null(_assembly.Update());
    }

    public void Dispose() => _assembly.Dispose();

    [Fact]
    public void A_service_without_rules_takes_every_request()
    {
        SourceAnswer answer = Whole();

        Assert.Empty(answer.Rules!.Routes);
        Assert.Equal("catalog", answer.Rules.Tls?.Sni);
        Assert.Single(answer.Endpoints!.Value);
    }

    [Fact]
    public void Without_a_cluster_there_are_no_endpoints_for_nobody_says_that_they_are_called_in_plain_text()
    {
        Whole();

        Find(XdsResourceType.Cluster).Remove();

        Assert.Empty(_assembly.Update()!.Endpoints!.Value);
    }

    [Theory]
    [InlineData("no configuration")]
    [InlineData("no host")]
    [InlineData("another host")]
    [InlineData("no routes")]
    public void Without_routes_no_request_is_taken(string how)
    {
        Whole();
        if (how == "no configuration")
        {
            Find(XdsResourceType.RouteConfiguration).Remove();
        }
        else
        {
            Wire.RouteConfiguration routes = new() { Name = Name };
            if (how != "no host")
            {
                routes.VirtualHosts.Add(new Wire.VirtualHost { Name = "x", Domains = { how == "no routes" ? "*" : "stock.default" } });
            }

            Put(XdsResourceType.RouteConfiguration, routes);
        }

        Assert.Equal(0, Assert.Single(Assert.Single(_assembly.Update()!.Rules!.Routes).Match).Percent);
    }

    [Theory]
    [InlineData("Listener")]
    [InlineData("RouteConfiguration")]
    [InlineData("Cluster")]
    [InlineData("ClusterLoadAssignment")]
    public void A_part_that_was_refused_is_an_answer_where_there_is_none_before(string type)
    {
        XdsResource refused = Find(XdsResourceType.All.Single(each => each.ShortName == type));
        refused.Refuse(new XdsFault("some.field", "It is odd."));

        SourceAnswer answer = _assembly.Update()!;
        Assert.NotNull(answer.Rules);
        Assert.Empty(answer.Endpoints!.Value);
        Assert.Contains($"{type} '{Name}'", answer.Trouble, StringComparison.Ordinal);
        Assert.Contains("some.field: It is odd.", answer.Trouble, StringComparison.Ordinal);

        Assert.Null(Whole().Trouble);
        refused.Refuse(new XdsFault("some.field", "It is odd."));
        Assert.Single(_assembly.Update()!.Endpoints!.Value);
    }

    [Fact]
    public void A_service_that_was_deleted_and_is_there_again_in_a_bad_form_is_known()
    {
        Whole();
        Find(XdsResourceType.Listener).Remove();
        Assert.Same(SourceAnswer.NotKnown, _assembly.Update());

        Find(XdsResourceType.Listener).Refuse(new XdsFault("", "It is odd."));

        Assert.NotNull(_assembly.Update()!.Trouble);
    }

    private SourceAnswer Whole()
    {
        Put(XdsResourceType.Listener, ListenerCodec.Encode(Name, Name, born: 1, ClientProfile.Mesh).Message);
        Put(XdsResourceType.RouteConfiguration, RouteConfigurationCodec.Encode(Name, s_service, ClientProfile.Mesh, null).Message);
        Put(XdsResourceType.Cluster, ClusterCodec.Encode(Name, null, s_service, ClientProfile.Mesh).Message);
        Put(XdsResourceType.Endpoints, EndpointsCodec.Encode(Name, null, s_service, ClientProfile.Mesh).Message);
        return _assembly.Update()!;
    }

    private void Put(XdsResourceType type, IMessage message)
    {
        Any content = new() { TypeUrl = type.Url, Value = message.ToByteString() };
        Assert.Null(Find(type).Take(new SentResource("v1", content, _store.Read(type, Name, content))));
    }

    private XdsResource Find(XdsResourceType type) => _store.Find(type, Name)!;
}
