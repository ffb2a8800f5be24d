using Mesh.Model;

namespace Mesh.Cli.Api;

/// <summary>A service as people name it: <c>catalog</c> or <c>catalog.shop</c>.</summary>
internal sealed record ServiceName(string Name, string Namespace)
{
    public static ServiceName Of(string text)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? new ServiceName(text, ServiceIdentity.DefaultNamespace) : new ServiceName(text[..dot], text[(dot + 1)..]);
    }

    public override string ToString() => $"{Name}.{Namespace}";
}
