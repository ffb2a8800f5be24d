using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>The routes of some hosts, and what is said there for all of them.</summary>
internal static class VirtualHostCodec
{
    /// <param name="host">The message.</param>
    /// <param name="defaults">What the configuration says for all hosts.</param>
    /// <param name="domains">Those of the hosts before this one.</param>
    /// <param name="at">Where it stands.</param>
    public static XdsVirtualHost Decode(Wire.VirtualHost host, RouteDefaults defaults, HashSet<string> domains, XdsField at)
    {
        at.Refuse("require_tls", host.RequireTls is not Wire.VirtualHost.Types.TlsRequirementType.None);
        at.Refuse("matcher", host.Matcher is not null);
        if (host.Domains.Count == 0)
        {
            at["domains"].Fault("There are none.");
        }

        for (int i = 0; i < host.Domains.Count; i++)
        {
            if (!domains.Add(host.Domains[i]))
            {
                at["domains", i].Fault($"{Wording.Quote(host.Domains[i])} is here already.");
            }
        }

        RouteDefaults own = defaults with
        {
            Host = HeaderLayer.Of(host, at),
            Fault = FilterConfigs.Decode(host.TypedPerFilterConfig, at).Fault ?? defaults.Fault,
            Mirror = host.RequestMirrorPolicies.Count > 0
                ? MirrorCodec.Decode(host.RequestMirrorPolicies, [], defaults.Names, at)
                : defaults.Mirror,
            Retry = host.RetryPolicy is { } policy ? RetryCodec.Decode(policy, new(), at["retry_policy"]) : null,
        };
        return new() { Domains = [.. host.Domains], Routes = RouteListCodec.Decode(host.Routes, own, at) };
    }
}
