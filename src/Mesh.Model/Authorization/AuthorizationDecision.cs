using System.Collections.Immutable;

namespace Mesh.Model.Authorization;

/// <summary>What is to be done with a call, and what is to be told of it.</summary>
/// <param name="Verdict">What holds.</param>
/// <param name="Rehearsed">What would hold if the policies in dry run were in force; null where there are none.</param>
/// <param name="Audits">The AUDIT policies that match, each by its first rule.</param>
internal readonly record struct AuthorizationDecision(
    AuthorizationVerdict Verdict, AuthorizationVerdict? Rehearsed, ImmutableArray<AuthorizationMatch> Audits);
