using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.Cli.Api;

/// <summary>A service as people name it: <c>catalog</c> or <c>catalog.shop</c>.</summary>
internal sealed record ServiceName(string Name, string Namespace)
{
    public const string Form = "NAME or NAME.NAMESPACE, in letters, digits, '-' and '_'";

    /// <summary>Null: it is no name of a service.</summary>
    public static ServiceName? TryOf(string text) => !Names.IsDotted(text) ? null
        : text.Split('.', 2) is [var name, var space] ? new ServiceName(name, space)
        : new ServiceName(text, ServiceIdentity.DefaultNamespace);

    /// <summary>The service that a host means.</summary>
    /// <param name="host">As it is called: <c>catalog</c>, <c>catalog.shop</c>.</param>
    /// <param name="ownNamespace">Of who calls.</param>
    public static ServiceName OfHost(string host, string ownNamespace) =>
        host.Split('.', 2) is [var name, var space] ? new ServiceName(name, space) : new ServiceName(host, ownNamespace);

    /// <summary>As it is typed where its namespace is the usual one.</summary>
    public string Short => Namespace == ServiceIdentity.DefaultNamespace ? Name : $"{this}";

    public override string ToString() => $"{Name}.{Namespace}";
}
