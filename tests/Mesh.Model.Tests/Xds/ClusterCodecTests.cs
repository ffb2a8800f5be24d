using CsCheck;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>Clusters of our own.</summary>
public sealed class ClusterCodecTests
{
    private const string Name = "catalog.shop";

    [Fact]
    public void All_that_the_settings_say_of_a_cluster_arrives() => ClustersGenerator.Service.Sample(
        service =>
        {
            Encoded<Wire.Cluster> encoded = ClusterCodec.Encode(Name, null, service, ClientProfile.Mesh);
            XdsCluster cluster = Wires.Good(ClusterCodec.Decode(Wires.Sent(encoded.Message)));

            Assert.Empty(encoded.Gaps);
            Assert.Equal((Name, XdsClusterKind.Eds, Name), (cluster.Name, cluster.Kind, cluster.EndpointsName));
            Assert.Equal(Wires.Dump(service with { Endpoints = null }), Wires.Dump(cluster.Settings));
        },
        iter: 1000);

    [Fact]
    public void A_subset_has_the_settings_of_the_whole_but_no_subsets() => ClustersGenerator.Service.Sample(
        service =>
        {
            XdsCluster cluster = Wires.Good(ClusterCodec.Decode(
                Wires.Sent(ClusterCodec.Encode(Name, "canary", service, ClientProfile.Mesh).Message)));

            Assert.Equal(("catalog.shop|canary", "catalog.shop|canary"), (cluster.Name, cluster.EndpointsName));
            Assert.Equal(
                Wires.Dump(service with { Name = cluster.Name, Endpoints = null, Subsets = Maps.Of<MeshSubset>() }),
                Wires.Dump(cluster.Settings));
        },
        iter: 100);

    [Fact]
    public void Every_client_can_read_what_is_meant_for_gRPC() => ClustersGenerator.Service.Sample(
        service =>
        {
            Wire.Cluster message = Wires.Sent(ClusterCodec.Encode(Name, null, service, ClientProfile.Grpc).Message);
            XdsCluster cluster = Wires.Good(ClusterCodec.Decode(message));

            Assert.Null(message.Metadata);
            Assert.Null(message.TransportSocket);
            Assert.Equal(service.CircuitBreaker, cluster.Settings.CircuitBreaker);
        },
        iter: 300);

    [Fact]
    public void Nothing_of_our_own_is_said_by_default() =>
        Assert.Null(ClusterCodec.Encode(Name, null, new() { Endpoints = [] }, ClientProfile.Mesh).Message.Metadata);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_document_without_endpoints_is_told_from_one_with_none(bool isSilent)
    {
        MeshService service = new() { Endpoints = isSilent ? null : [] };

        XdsCluster cluster = Wires.Good(ClusterCodec.Decode(Wires.Sent(ClusterCodec.Encode(Name, null, service, ClientProfile.Mesh).Message)));

        Assert.Equal(isSilent, cluster.EndpointsElsewhere);
    }

    [Fact]
    public void A_check_of_the_connection_alone_needs_no_words_of_our_own()
    {
        Wire.Cluster message = ClusterCodec.Encode(Name, null, new() { Endpoints = [], HealthCheck = new() { Tcp = true } }, ClientProfile.Mesh).Message;

        Assert.NotNull(Assert.Single(message.HealthChecks).TcpHealthCheck);
        Assert.Null(message.Metadata);
    }

    [Fact]
    public void Security_that_is_off_is_off_for_those_who_do_not_know_our_own_words()
    {
        TlsSettings tls = new() { Mode = TlsMode.Disabled, Sni = "a", ClientCertificate = "c.pem" };

        Wire.Cluster message = ClusterCodec.Encode(Name, null, new() { Tls = tls }, ClientProfile.Mesh).Message;

        Assert.Null(message.TransportSocket);
        Assert.Equal(tls.Sni, ClusterCodec.Decode(message).Value!.Settings.Tls!.Sni);
    }

    [Fact]
    public void Security_that_is_said_twice_and_differs_is_refused()
    {
        Wire.Cluster plain = ClusterCodec.Encode(Name, null, new() { Tls = new() { Mode = TlsMode.Simple } }, ClientProfile.Mesh).Message;
        plain.TransportSocket = null;

        Assert.Equal(["metadata.typed_filter_metadata[mesh].tls.mode"], Wires.Faults(ClusterCodec.Decode(plain)));
    }

    [Fact]
    public void The_meshs_own_certificates_come_back_as_they_were()
    {
        TlsSettings tls = new() { Mode = TlsMode.Mesh, Sni = "catalog", SubjectAltNames = ["spiffe://mesh/ns/default/sa/catalog"] };
        Wire.Cluster message = ClusterCodec.Encode(Name, null, new() { Tls = tls }, ClientProfile.Mesh).Message;

        TlsSettings read = ClusterCodec.Decode(message).Value!.Settings.Tls!;

        Assert.Equal((tls.Mode, tls.Sni, "spiffe://mesh/ns/default/sa/catalog"), (read.Mode, read.Sni, Assert.Single(read.SubjectAltNames)));
    }

    // As Istio writes it for gRPC.
    [Theory]
    [InlineData("default", true)]
    [InlineData("other", false)]
    public void The_meshs_own_certificates_are_known_in_their_older_form(string instance, bool isTaken)
    {
        Wire.CertificateValidationContext names = new();
        names.MatchSubjectAltNames.Add(new Wire.StringMatcher { Exact = "spiffe://cluster.local/ns/default/sa/catalog" });
        Wire.Cluster message = ClusterCodec.Encode(Name, null, new(), ClientProfile.Mesh).Message;
        message.TransportSocket = new()
        {
            Name = "envoy.transport_sockets.tls",
            TypedConfig = Google.Protobuf.WellKnownTypes.Any.Pack(new Wire.UpstreamTlsContext
            {
                CommonTlsContext = new()
                {
                    TlsCertificateCertificateProviderInstance = new() { InstanceName = instance, CertificateName = "default" },
                    CombinedValidationContext = new()
                    {
                        DefaultValidationContext = names,
                        ValidationContextCertificateProviderInstance = new() { InstanceName = instance, CertificateName = "ROOTCA" },
                    },
                },
            }),
        };

        Decoded<XdsCluster> read = ClusterCodec.Decode(message);

        Assert.Equal(isTaken, read.Faults.IsEmpty);
        Assert.True(!isTaken || read.Value!.Settings.Tls is { Mode: TlsMode.Mesh, SubjectAltNames: ["spiffe://cluster.local/ns/default/sa/catalog"] });
    }

    [Fact]
    public void A_mode_of_files_contradicts_the_meshs_own_certificates()
    {
        Wire.Cluster message = ClusterCodec.Encode(Name, null, new() { Tls = new() { Mode = TlsMode.Mesh } }, ClientProfile.Mesh).Message;
        message.TransportSocket = ClusterCodec.Encode(Name, null, new() { Tls = new() { Mode = TlsMode.Simple } }, ClientProfile.Mesh).Message.TransportSocket;

        Assert.Equal(["metadata.typed_filter_metadata[mesh].tls.mode"], Wires.Faults(ClusterCodec.Decode(message)));
    }
}
