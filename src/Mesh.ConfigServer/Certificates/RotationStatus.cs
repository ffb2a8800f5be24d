using System.Security.Cryptography.X509Certificates;

namespace Mesh.ConfigServer.Certificates;

/// <summary>How far the change of the root is.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Signing">The root that issues.</param>
/// <param name="Other">The one beside it; null: none.</param>
/// <param name="Clients">Processes with a certificate in force.</param>
/// <param name="Behind">Those of them that do not know both roots yet, as far as is known.</param>
internal sealed record RotationStatus(AuthorityState State, X509Certificate2 Signing, X509Certificate2? Other, int Clients, IReadOnlyList<Member> Behind);
