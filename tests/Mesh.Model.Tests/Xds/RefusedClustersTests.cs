using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;
using static Mesh.Model.Tests.Xds.ForeignClusters;
using static Mesh.Model.Xds.Wire.CircuitBreakers.Types;
using static Mesh.Model.Xds.Wire.Cluster.Types;

namespace Mesh.Model.Tests.Xds;

/// <summary>Clusters that cannot be honoured.</summary>
public sealed class RefusedClustersTests
{
    private const string Common = "transport_socket.typed_config.common_tls_context";

    /// <summary>The name of the case, what is done to a good cluster, and the fault's path.</summary>
    private static readonly (string Name, Action<Wire.Cluster> Change, string Path)[] s_faults =
    [
        ("no name", c => c.Name = "", "name"),
        ("static", c => c.Type = DiscoveryType.Static, "type"),
        ("strict dns", c => c.Type = DiscoveryType.StrictDns, "type"),
        ("original dst", c => c.Type = DiscoveryType.OriginalDst, "type"),
        ("no type", c => c.ClearClusterDiscoveryType(), "type"),
        ("a type of the future", c => c.Type = (DiscoveryType)77, "type"),
        ("no eds", c => c.EdsClusterConfig = null, "eds_cluster_config.eds_config"),
        ("no stream", c => c.EdsClusterConfig.EdsConfig = new(), "eds_cluster_config.eds_config"),
        ("dns without endpoint", c => c.Type = DiscoveryType.LogicalDns, "load_assignment"),
        ("another cluster type", c => c.ClusterType = new() { Name = "envoy.clusters.dynamic_forward_proxy" }, "cluster_type"),
        ("empty aggregate", c => c.ClusterType = Aggregate(), "cluster_type.typed_config.clusters"),
        ("damaged aggregate", c => c.ClusterType = new() { Name = Aggregate().Name, TypedConfig = Damaged<Wire.ClusterConfig>() }, "cluster_type.typed_config"),
        ("subsets by metadata", c => c.LbSubsetConfig = LbSubsetConfig.Parser.ParseFrom([8, 1]), "lb_subset_config"),
        ("no balancer", c => c.LbPolicy = LbPolicy.ClusterProvided, "lb_policy"),
        ("balancer of the future", c => c.LbPolicy = (LbPolicy)9, "lb_policy"),
        ("one choice", c => (c.LbPolicy, c.LeastRequestLbConfig) = (LbPolicy.LeastRequest, new() { ChoiceCount = 1 }), "least_request_lb_config.choice_count"),
        ("empty list", c => c.LoadBalancingPolicy = new(), "load_balancing_policy.policies"),
        ("unknown balancers", c => c.LoadBalancingPolicy = List(new Wire.RingHash()), "load_balancing_policy.policies"),
        ("unknown inside", c => c.LoadBalancingPolicy = List(new Wire.WrrLocality { EndpointPickingPolicy = List(new Wire.RingHash()) }),
            "load_balancing_policy.policies[0].typed_extension_config.typed_config.endpoint_picking_policy.policies"),
        ("damaged balancer", c => c.LoadBalancingPolicy = new()
        {
            Policies = { new Wire.LoadBalancingPolicy.Types.Policy { TypedExtensionConfig = new() { TypedConfig = Damaged<Wire.LeastRequest>() } } },
        }, "load_balancing_policy.policies[0].typed_extension_config.typed_config"),
        ("no decay", c => c.LoadBalancingPolicy = List(new Wire.MeshPeakEwma { DecayTime = new() }),
            "load_balancing_policy.policies[0].typed_extension_config.typed_config.decay_time"),
        ("panic", c => c.CommonLbConfig = new() { HealthyPanicThreshold = new() { Value = 101 } }, "common_lb_config.healthy_panic_threshold"),
        ("panic NaN", c => c.CommonLbConfig = new() { HealthyPanicThreshold = new() { Value = double.NaN } }, "common_lb_config.healthy_panic_threshold"),
        ("plain text by name alone", c => c.TransportSocket = new() { Name = "envoy.transport_sockets.raw_buffer", TypedConfig = Any.Pack(new Wire.UpstreamTlsContext()) },
            "transport_socket"),
        ("no calls", c => c.CircuitBreakers = Limits(new Thresholds { MaxRequests = 0 }), "circuit_breakers.thresholds[0].max_requests"),
        ("no connections", c => c.CircuitBreakers = Limits(new Thresholds { Priority = Wire.RoutingPriority.High }, new Thresholds { MaxConnections = 0 }),
            "circuit_breakers.thresholds[1].max_connections"),
        ("budget", c => c.CircuitBreakers = Limits(new Thresholds { RetryBudget = new() { BudgetPercent = new() { Value = -1 } } }),
            "circuit_breakers.thresholds[0].retry_budget.budget_percent"),
        ("negative time", c => c.OutlierDetection = new() { BaseEjectionTime = new() { Seconds = -1 } }, "outlier_detection.base_ejection_time"),
        ("no time", c => c.OutlierDetection = new() { BaseEjectionTime = new() }, "outlier_detection.base_ejection_time"),
        ("broken time", c => c.OutlierDetection = new() { BaseEjectionTime = new() { Seconds = long.MaxValue, Nanos = -5 } }, "outlier_detection.base_ejection_time"),
        ("two days", c => c.OutlierDetection = new() { MaxEjectionTime = new() { Seconds = 172_800 } }, "outlier_detection.max_ejection_time"),
        ("times", c => c.OutlierDetection = new() { BaseEjectionTime = new() { Seconds = 2 }, MaxEjectionTime = new() { Seconds = 1 } },
            "outlier_detection.max_ejection_time"),
        ("percent", c => c.OutlierDetection = new() { MaxEjectionPercent = 101 }, "outlier_detection.max_ejection_percent"),
        ("nothing asked", c => c.HealthChecks.Add(new Wire.HealthCheck()), "health_checks[0]"),
        ("no path", c => c.HealthChecks.Add(new Wire.HealthCheck { HttpHealthCheck = new() }), "health_checks[0].http_health_check.path"),
        ("statuses", c => c.HealthChecks.Add(Http(new Wire.Int64Range { Start = 200, End = 200 })), "health_checks[0].http_health_check.expected_statuses"),
        ("too many statuses", c => c.HealthChecks.Add(Http(new() { Start = 100, End = 600 }, new() { Start = 200, End = 201 })),
            "health_checks[0].http_health_check.expected_statuses"),
        ("endless statuses", c => c.HealthChecks.Add(Http(new Wire.Int64Range { Start = long.MinValue, End = long.MaxValue })),
            "health_checks[0].http_health_check.expected_statuses"),
        ("threshold", c => c.HealthChecks.Add(new Wire.HealthCheck { TcpHealthCheck = new(), HealthyThreshold = 0 }), "health_checks[0].healthy_threshold"),
        ("another socket", c => c.TransportSocket = new() { Name = "envoy.transport_sockets.quic" }, "transport_socket"),
        ("socket without content", c => c.TransportSocket = new() { Name = "envoy.transport_sockets.tls" }, "transport_socket"),
        ("socket without name", c => c.TransportSocket = new(), "transport_socket"),
        ("damaged socket", c => c.TransportSocket = new() { Name = "envoy.transport_sockets.tls", TypedConfig = Damaged<Wire.UpstreamTlsContext>() },
            "transport_socket.typed_config"),
        ("secured some", c => c.TransportSocketMatches.Add(new TransportSocketMatch { TransportSocket = new() { Name = "envoy.transport_sockets.tls" } }),
            "transport_socket_matches[0]"),
        ("certificate by provider", Tls(t => t.TlsCertificateProviderInstance = new() { InstanceName = "default" }), Common + ".tls_certificate_provider_instance"),
        ("certificate by provider, old", Tls(t => t.TlsCertificateCertificateProviderInstance = new() { InstanceName = "default" }),
            Common + ".tls_certificate_certificate_provider_instance"),
        ("certificate by SDS", Tls(t => t.TlsCertificateSdsSecretConfigs.Add(new Wire.SdsSecretConfig())), Common + ".tls_certificate_sds_secret_configs"),
        ("authorities by SDS", Tls(t => t.ValidationContextSdsSecretConfig = new()), Common),
        ("authorities by provider, oldest", Tls(t => t.ValidationContextCertificateProviderInstance = new()), Common),
        ("authorities by provider, old", Tls(t => t.CombinedValidationContext = new() { ValidationContextCertificateProviderInstance = new() }),
            Common + ".combined_validation_context.validation_context_certificate_provider_instance"),
        ("authorities by SDS, combined", Tls(t => t.CombinedValidationContext = new() { ValidationContextSdsSecretConfig = new() }),
            Common + ".combined_validation_context.validation_context_sds_secret_config"),
        ("authorities by provider", Trust(t => t.CaCertificateProviderInstance = new() { InstanceName = "default" }),
            Common + ".validation_context.ca_certificate_provider_instance"),
        ("authorities inline", Trust(t => t.TrustedCa = new() { InlineString = "-----BEGIN" }), Common + ".validation_context.trusted_ca"),
        ("hash", Trust(t => t.VerifyCertificateHash.Add("00")), Common + ".validation_context.verify_certificate_hash"),
        ("key", Trust(t => t.VerifyCertificateSpki.Add("00")), Common + ".validation_context.verify_certificate_spki"),
        ("revoked", Trust(t => t.Crl = new() { Filename = "crl" }), Common + ".validation_context.crl"),
        ("timestamp", Trust(t => t.RequireSignedCertificateTimestamp = true), Common + ".validation_context.require_signed_certificate_timestamp"),
        ("validator", Trust(t => t.CustomValidatorConfig = new()), Common + ".validation_context.custom_validator_config"),
        ("name by prefix", Trust(t => t.MatchSubjectAltNames.Add(new Wire.StringMatcher { Prefix = "spiffe://" })),
            Common + ".validation_context.match_subject_alt_names[0]"),
        ("no name in it", Trust(t => t.MatchSubjectAltNames.Add(new Wire.StringMatcher { Exact = "" })), Common + ".validation_context.match_subject_alt_names[0]"),
        ("URI in any case", Trust(t => t.MatchSubjectAltNames.Add(new Wire.StringMatcher { Exact = "spiffe://a", IgnoreCase = true })),
            Common + ".validation_context.match_subject_alt_names[0]"),
        ("no matcher", Trust(t => t.MatchTypedSubjectAltNames.Add(new Wire.SubjectAltNameMatcher { SanType = Wire.SubjectAltNameMatcher.Types.SanType.Dns })),
            Common + ".validation_context.match_typed_subject_alt_names[0].matcher"),
        ("mail", Trust(t => t.MatchTypedSubjectAltNames.Add(Typed(Wire.SubjectAltNameMatcher.Types.SanType.Email))),
            Common + ".validation_context.match_typed_subject_alt_names[0].san_type"),
        ("two certificates", Tls(t => t.TlsCertificates.Add([Certificate(), Certificate()])), Common + ".tls_certificates[1]"),
        ("key alone", Tls(t => t.TlsCertificates.Add(new Wire.TlsCertificate { PrivateKey = new() { Filename = "k" } })), Common + ".tls_certificates[0].certificate_chain"),
        ("ciphers", Tls(t => t.TlsParams = Wire.TlsParameters.Parser.ParseFrom([8, 1])), Common + ".tls_params"),
        ("handshaker", Tls(t => t.CustomHandshaker = new()), Common + ".custom_handshaker"),
        ("selector", Tls(t => t.CustomTlsCertificateSelector = new()), Common + ".custom_tls_certificate_selector"),
        ("damaged words of ours", c => c.Metadata = new() { TypedFilterMetadata = { ["mesh"] = Damaged<Wire.MeshClusterMetadata>() } },
            "metadata.typed_filter_metadata[mesh]"),
        ("jitter", c => c.Metadata = Ours(new() { OutlierDetection = new() { EjectionJitter = 2 } }),
            "metadata.typed_filter_metadata[mesh].outlier_detection.ejection_jitter"),
        ("mode of the future", c => c.Metadata = Ours(new() { Tls = new() { Mode = (Wire.MeshTlsMode)9 } }), "metadata.typed_filter_metadata[mesh].tls.mode"),
    ];

    public static TheoryData<string> Faults => [.. s_faults.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_cannot_be_honoured_is_refused_with_its_path(string name)
    {
        (_, Action<Wire.Cluster> change, string path) = s_faults.Single(row => row.Name == name);
        Wire.Cluster cluster = Good();
        change(cluster);

        Assert.Contains(path, Wires.Faults(ClusterCodec.Decode(Wires.Sent(cluster))));
    }
}
