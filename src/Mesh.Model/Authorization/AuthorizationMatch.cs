namespace Mesh.Model.Authorization;

/// <summary>A rule that holds for a call.</summary>
/// <param name="Policy">Whose rule it is.</param>
/// <param name="Rule">Its place in the policy, from 0.</param>
internal readonly record struct AuthorizationMatch(AuthorizationPolicy Policy, int Rule)
{
    public override string ToString() => $"{Policy.FullName}, rule {Rule}";
}
