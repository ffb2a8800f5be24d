using System.Collections.Immutable;

namespace Mesh.Model.Authorization;

/// <summary>
/// Decides about the calls that reach one process. Immutable; takes no locks, and allocates only where an AUDIT policy matches. Rules with words for
/// paths, principals, addresses and the like are looked up; those with exceptions and headers alone are tried in turn.
/// </summary>
internal sealed class AuthorizationTable
{
    private readonly Ballot _inForce;
    private readonly Ballot? _rehearsed;
    private readonly PolicySet[] _audits;

    /// <param name="policies">All there are, for whomever.</param>
    /// <param name="service">Whose process it is.</param>
    /// <param name="space">The service's namespace.</param>
    /// <param name="labels">The process's: those that were granted to it.</param>
    /// <param name="standard">What holds where no policy allows anything.</param>
    public AuthorizationTable(
        IEnumerable<AuthorizationPolicy> policies, string service, string space, ImmutableSortedDictionary<string, string> labels, AuthorizationDefault standard)
    {
        Policies = [.. policies.Where(policy => policy.Scope.Contains(service, space, labels)).OrderBy(policy => policy.FullName, StringComparer.Ordinal)];
        Standard = standard;

        // An AUDIT decides nothing anyway.
        ILookup<bool, AuthorizationPolicy> inForce = Policies.ToLookup(policy => !policy.DryRun);
        _inForce = new Ballot([.. inForce[true]], standard);
        _rehearsed = inForce[false].Any(policy => policy.Action != AuthorizationAction.Audit) ? new Ballot(Policies, standard) : null;
        _audits = [.. Policies.Where(policy => policy.Action == AuthorizationAction.Audit).Select(policy => new PolicySet([policy], isWide: true))];
    }

    /// <summary>Those that are for the process, in the order in which they are named where several decide alike.</summary>
    public ImmutableArray<AuthorizationPolicy> Policies { get; }

    public AuthorizationDefault Standard { get; }

    public AuthorizationDecision Decide(in CallFacts facts) => new(_inForce.Decide(facts), _rehearsed?.Decide(facts), Audits(facts));

    private ImmutableArray<AuthorizationMatch> Audits(in CallFacts facts)
    {
        ImmutableArray<AuthorizationMatch> matches = [];
        foreach (PolicySet audit in _audits)
        {
            if (audit.Find(facts) is { } match)
            {
                matches = matches.Add(match);
            }
        }

        return matches;
    }
}
