using Mesh.Client.Sources;

namespace Mesh.Client.AspNetCore.Policy;

/// <summary>There is nobody but the settings who says anything of callers.</summary>
internal sealed class NoAuthority : IInboundPolicySource
{
    public InboundPolicy? Current => InboundPolicy.None;

    public string? Trouble => null;

    public event Action? Changed
    {
        add { }
        remove { }
    }
}
