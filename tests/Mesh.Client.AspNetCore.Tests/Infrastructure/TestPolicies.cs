using System.Collections.Immutable;
using Mesh.Client.Sources;
using Mesh.Model;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>An authority that says what a test sets, when it sets it.</summary>
internal sealed class TestPolicies : IInboundPolicySource
{
    private volatile InboundPolicy? _current;
    private int _version;

    public TestPolicies(params AuthorizationPolicy[] policies) => _current = Of(policies);

    public event Action? Changed;

    public InboundPolicy? Current
    {
        get => _current;
        set
        {
            _current = value is null ? null : value with { Version = $"v{++_version}" };
            Changed?.Invoke();
        }
    }

    public string? Trouble { get; set; }

    /// <summary>One that has said nothing yet.</summary>
    public static TestPolicies Unknown => new() { Current = null, Trouble = "The config server is away." };

    public static InboundPolicy Of(params AuthorizationPolicy[] policies) => new() { Authorization = [.. policies], Version = "v0" };

    public static AuthorizationPolicy Allow(params AuthorizationRule[] rules) => new() { Name = "readers", Rules = [.. rules] };

    public static AuthorizationPolicy Deny(params AuthorizationRule[] rules) => new() { Name = "barred", Action = AuthorizationAction.Deny, Rules = [.. rules] };

    public static AuthorizationRule From(string service) => new() { From = [new() { Principals = [$"{TestAuthority.TrustDomain}/ns/default/sa/{service}"] }] };

    public static AuthorizationRule Paths(params ImmutableArray<string> paths) => new() { To = [new() { Paths = paths }] };

    public static AuthorizationRule Routes(params ImmutableArray<string> routes) => new() { To = [new() { Routes = routes }] };
}
