using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>Who may call what.</summary>
internal sealed record AuthorizationPolicy
{
    public string Name { get; init; } = "";

    public string Namespace { get; init; } = ServiceIdentity.DefaultNamespace;

    public WorkloadSelector? Selector { get; init; }

    public AuthorizationAction Action { get; init; } = AuthorizationAction.Allow;

    /// <summary>Any of these. Empty: it matches nothing.</summary>
    public ImmutableArray<AuthorizationRule> Rules { get; init; } = [];

    /// <summary>Whether it is only told what it would do.</summary>
    public bool DryRun { get; init; }

    public PolicyScope Scope => new(Namespace, Selector);

    /// <summary>As it is called in logs: <c>shop/orders-readers</c>.</summary>
    public string FullName => $"{Namespace}/{Name}";
}
