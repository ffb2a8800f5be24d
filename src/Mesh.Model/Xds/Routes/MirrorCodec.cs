using System.Collections.Immutable;
using Google.Protobuf.Collections;

namespace Mesh.Model.Xds;

/// <summary>Copies of requests.</summary>
internal static class MirrorCodec
{
    private static readonly RouteMirror s_usual = new();

    public static void Encode(ImmutableArray<RouteMirror> mirrors, Wire.RouteAction action, Wire.RouteExtension extension, RouteNames names)
    {
        action.RequestMirrorPolicies.Add(mirrors.Select(mirror => new Wire.RouteAction.Types.RequestMirrorPolicy
        {
            Cluster = names.Cluster(mirror.Service, mirror.Subset), RuntimeFraction = Percents.EncodeUnlessAll(mirror.Percent),
        }));
        if (mirrors.Any(mirror => mirror.MaxRequests != s_usual.MaxRequests))
        {
            extension.MirrorMaxRequests.Add(mirrors.Select(mirror => (uint)mirror.MaxRequests));
        }
    }

    public static ImmutableArray<RouteMirror> Decode(
        RepeatedField<Wire.RouteAction.Types.RequestMirrorPolicy> policies, RepeatedField<uint> mostRequests, RouteNames names, XdsField at)
    {
        ImmutableArray<RouteMirror>.Builder mirrors = ImmutableArray.CreateBuilder<RouteMirror>(policies.Count);
        for (int i = 0; i < policies.Count; i++)
        {
            Wire.RouteAction.Types.RequestMirrorPolicy policy = policies[i];
            XdsField mirrorAt = at["request_mirror_policies", i];
            mirrorAt.Refuse("cluster_header", policy.ClusterHeader.Length > 0);
            mirrorAt.Refuse("request_headers_mutations", policy.RequestHeadersMutations.Count > 0);
            mirrorAt.Refuse("host_rewrite_literal", policy.HostRewriteLiteral.Length > 0);
            if (policy.Cluster.Length == 0)
            {
                mirrorAt["cluster"].Fault("The cluster has no name.");
            }

            (string? service, string? subset) = names.Parse(policy.Cluster);
            uint most = i < mostRequests.Count ? mostRequests[i] : (uint)s_usual.MaxRequests;
            mirrors.Add(new()
            {
                Service = service, Subset = subset, MaxRequests = (int)Math.Clamp(most, 1, int.MaxValue),
                Percent = Percents.DecodeOrAll(policy.RuntimeFraction, mirrorAt["runtime_fraction"]),
            });
        }

        return mirrors.ToImmutable();
    }
}
