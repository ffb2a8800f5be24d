namespace Mesh.ConfigServer.Rest;

/// <summary>A join token to make.</summary>
/// <param name="Service">What processes join as: <c>catalog</c>.</param>
/// <param name="Namespace"><c>default</c> unless given.</param>
/// <param name="Labels">Those that policies may select on; none unless given.</param>
/// <param name="Ranges">Where processes join from, as <c>10.0.0.0/8</c>; anywhere unless given.</param>
/// <param name="Uses">How many processes may join by it; one unless given.</param>
/// <param name="Reusable">True: any number may.</param>
/// <param name="MaxInstances">How many may have a certificate by it at one time; any number unless given.</param>
/// <param name="RatePerMinute">How many may join in a minute; any number unless given.</param>
/// <param name="Ttl">How long processes may join by it: one hour unless given.</param>
internal sealed record TokenRequest(
    string Service, string Namespace = "default", IReadOnlyDictionary<string, string>? Labels = null, IReadOnlyList<string>? Ranges = null,
    int? Uses = null, bool Reusable = false, int? MaxInstances = null, int? RatePerMinute = null, string Ttl = "1h");
