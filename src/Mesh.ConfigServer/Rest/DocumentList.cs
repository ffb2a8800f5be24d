using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Rest;

/// <summary>Documents of one moment.</summary>
internal sealed record DocumentList(long Epoch, long Generation, ImmutableArray<MeshDocument> Documents);
