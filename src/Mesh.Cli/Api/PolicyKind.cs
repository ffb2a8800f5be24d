using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Api;

/// <summary>A kind of policy, as commands and the API call it.</summary>
/// <param name="Kind">Of its documents.</param>
/// <param name="Verb">For one of them.</param>
/// <param name="Plural">For all, and their place in the API.</param>
/// <param name="Description">What they are, as the begin of a sentence.</param>
internal sealed record PolicyKind(string Kind, string Verb, string Plural, string Description)
{
    public static IReadOnlyList<PolicyKind> All { get; } =
    [
        new(DocumentKey.AuthorizationPolicy, "authorization-policy", "authorization-policies", "Who may call what"),
        new(DocumentKey.PeerAuthentication, "peer-authentication", "peer-authentications", "What listeners ask of their callers"),
    ];

    public string PathOf(PolicyName name) => $"api/v1/{Plural}/{Uri.EscapeDataString(name.Namespace)}/{Uri.EscapeDataString(name.Name)}";
}
