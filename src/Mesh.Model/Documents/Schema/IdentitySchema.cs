namespace Mesh.Model.Documents;

/// <summary>The settings of <c>Service</c>: who this process is.</summary>
internal static class IdentitySchema
{
    public static Section<ServiceIdentity> Section { get; } = new(new ServiceIdentity())
    {
        {
            "Name", "What others call it. Not given: the host's application name in lower case, with dashes for its dots.",
            Names.Service, s => s.Name, (s, v) => s with { Name = v }
        },
        {
            "Namespace", "The group of services it belongs to; short names are looked up there.",
            Names.Part, s => s.Namespace, (s, v) => s with { Namespace = v }
        },
        { "Version", "Which version of the service it is. It stands on the spans of its calls.", Texts.Line, s => s.Version, (s, v) => s with { Version = v } },
        {
            "Labels", "What else tells it from others, for routes that ask for a Source.",
            Labels, s => s.Labels, (s, v) => s with { Labels = v }
        },
        {
            "Locality", "Where it runs. The config server is told, and shows it; nothing is called first for being near yet.",
            new Section<Locality>(new Locality())
            {
                { "Region", "The widest part of the place.", Texts.Line, l => l.Region, (l, v) => l with { Region = v } },
                { "Zone", "A part of the region.", Texts.Line, l => l.Zone, (l, v) => l with { Zone = v } },
                { "SubZone", "A part of the zone.", Texts.Line, l => l.SubZone, (l, v) => l with { SubZone = v } },
            },
            s => s.Locality, (s, v) => s with { Locality = v }
        },
        {
            "Weight", "Its share of the traffic relative to the other processes of the service.",
            Numbers.Whole(1, 1000), s => s.Weight, (s, v) => s with { Weight = v }
        },
    };

    /// <summary>Names and values of the user's own.</summary>
    public static MapOf<string> Labels => new(Texts.Line, Texts.Label);
}
