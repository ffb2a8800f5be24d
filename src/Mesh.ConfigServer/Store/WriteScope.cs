using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Store;

/// <summary>Which documents somebody may write.</summary>
/// <param name="Namespaces">Of theirs; null: all, and what holds for the whole mesh as well.</param>
internal sealed record WriteScope(ImmutableHashSet<string>? Namespaces)
{
    public static WriteScope Everything { get; } = new((ImmutableHashSet<string>?)null);

    /// <param name="namespace">What holds for the whole mesh is in none that has a name.</param>
    public bool Contains(string @namespace) => Namespaces?.Contains(@namespace) ?? true;

    /// <exception cref="StoreException">One of them is outside.</exception>
    public void Verify(IEnumerable<DocumentKey> written)
    {
        if (Namespaces is not null && written.FirstOrDefault(key => !Contains(key.Namespace)) is { } outside)
        {
            throw Outside($"{outside} is {(outside.Namespace is "" or PolicyScope.WholeMesh ? "of the whole mesh" : $"of the namespace '{outside.Namespace}'")}");
        }
    }

    /// <summary>A document of one's own must not take the calls to others: by its hosts it could.</summary>
    /// <exception cref="StoreException">One of them does.</exception>
    public void VerifyHosts(MeshState after, IEnumerable<DocumentKey> written)
    {
        if (Namespaces is null)
        {
            return;
        }

        foreach (DocumentKey key in written.Where(key => key.Kind == DocumentKey.Service && after.Documents.ContainsKey(key)))
        {
            if (after.Services[key.FullName].Hosts.FirstOrDefault(host => !IsOwn(host, key.Namespace)) is { } taken)
            {
                throw Outside($"'{taken}' among the hosts of {key} is how others are called");
            }
        }
    }

    private bool IsOwn(string text, string ownNamespace)
    {
        string host = Authority.Parse(text).Host;
        return host != "*" && !host.Contains(':', StringComparison.Ordinal) && Contains(XdsNames.NamespaceOf(XdsNames.Of(host, ownNamespace)));
    }

    private StoreException Outside(string what) => new(
        StoreFailure.OutOfScope,
        $"{what}, and the access token may write in {string.Join(", ", Namespaces!.Order(StringComparer.OrdinalIgnoreCase).Select(space => $"'{space}'"))} alone. Nothing was changed.");
}
