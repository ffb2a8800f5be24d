using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Rest;

/// <summary>Why a request was not done (RFC 9457).</summary>
/// <param name="Type">Names the kind of problem, for programs.</param>
/// <param name="Title">The kind of problem, for people.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong with this request, and what to do.</param>
/// <param name="Faults">What is wrong in the documents sent, all of it. Empty: something else is wrong.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail, ImmutableArray<MeshFault> Faults);
