using System.Collections.Immutable;
using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>Endpoints</c>: addresses, or objects with an address.</summary>
internal static class EndpointSchema
{
    public static ListOf<MeshEndpoint> List { get; } = new(
        new TextOr<MeshEndpoint>(Addresses.Endpoint, Section()), ListForm.Keyed, Collect);

    private static Section<MeshEndpoint> Section() => new(new MeshEndpoint { Host = "", Port = 0 }, [Rule.AtLeastOne("Address")])
    {
        {
            "Address", "Host and port; with a scheme, only calls of that scheme go there; with dns:/// every address that the host has; with dns+srv:/// every host and port that DNS has for the service.",
            Addresses.Endpoint, e => e, (e, v) => e with { Host = v.Host, Port = v.Port, Scheme = v.Scheme, Lookup = v.Lookup }
        },
        { "Version", "The version that runs there, for subsets.", Texts.Line, e => e.Version, (e, v) => e with { Version = v } },
        { "Labels", "What else tells it from others, for subsets.", IdentitySchema.Labels, e => e.Labels, (e, v) => e with { Labels = v } },
        {
            "Region", "The widest part of the place where it runs.",
            Texts.Line, e => e.Locality.Region, (e, v) => e with { Locality = e.Locality with { Region = v } }, NotSupportedYet
        },
        {
            "Zone", "A part of the region.",
            Texts.Line, e => e.Locality.Zone, (e, v) => e with { Locality = e.Locality with { Zone = v } }, NotSupportedYet
        },
        {
            "SubZone", "A part of the zone.",
            Texts.Line, e => e.Locality.SubZone, (e, v) => e with { Locality = e.Locality with { SubZone = v } }, NotSupportedYet
        },
        {
            "Weight", "Its share of the traffic relative to the others.",
            Numbers.Whole(1, 1000), e => e.Weight, (e, v) => e with { Weight = v }
        },
        {
            "Priority", "Endpoints with 0 are called first, others as those before them fail.",
            Numbers.Whole(0, 127), e => e.Priority, (e, v) => e with { Priority = v }
        },
        {
            "Tls", "How connections to it are secured. Not given: as the service's.",
            TlsSchema.Mode, e => e.Tls, (e, v) => e with { Tls = v }, Security
        },
    };

    private static ImmutableArray<MeshEndpoint> Collect(DocumentNode list, ImmutableArray<Entry<MeshEndpoint>> entries, Reading reading)
    {
        var firsts = new Dictionary<string, DocumentNode>(StringComparer.OrdinalIgnoreCase);
        foreach (Entry<MeshEndpoint> entry in entries.Where(entry => entry.Value.Host.Length > 0))
        {
            // One port speaks one scheme: two endpoints that differ in it alone are the same one.
            string address = (entry.Value with { Scheme = EndpointScheme.Any }).Address;
            if (!firsts.TryAdd(address, entry.Node))
            {
                reading.Fault(entry.Node, $"{Wording.Quote(address)} is listed already, at {firsts[address].Path}.");
            }
        }

        return [.. entries.Select(entry => entry.Value)];
    }
}
