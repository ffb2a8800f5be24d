using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>What is different of a cluster's endpoints.</summary>
internal sealed record XdsEndpointsPatch
{
    public required string Name { get; init; }

    /// <summary>The version that it applies to.</summary>
    public required string BaseVersion { get; init; }

    /// <summary>Those that are new, or others than before; each once.</summary>
    public ImmutableArray<MeshEndpoint> Changed { get; init; } = [];

    public ImmutableArray<EndpointKey> Removed { get; init; } = [];

    /// <summary>
    /// The endpoints after it. Those that stay are the same objects in the same order; one that is new takes the place of one that went, so
    /// that as a rule the others stay at theirs.
    /// </summary>
    /// <param name="before">Of <see cref="BaseVersion"/>.</param>
    public XdsEndpoints Apply(XdsEndpoints before)
    {
        Dictionary<EndpointKey, MeshEndpoint?> touched = new(Changed.Length + Removed.Length);
        foreach (EndpointKey removed in Removed)
        {
            touched[removed] = null;
        }

        foreach (MeshEndpoint changed in Changed)
        {
            touched[changed.Key] = changed;
        }

        ImmutableArray<MeshEndpoint?>.Builder after = ImmutableArray.CreateBuilder<MeshEndpoint?>(before.Endpoints.Length + Changed.Length);
        Queue<int> free = [];
        foreach (MeshEndpoint endpoint in before.Endpoints)
        {
            bool isTouched = touched.Remove(endpoint.Key, out MeshEndpoint? next);
            if (isTouched && next is null)
            {
                free.Enqueue(after.Count);
            }

            after.Add(isTouched ? next : endpoint);
        }

        foreach (MeshEndpoint added in Changed.Where(changed => touched.ContainsKey(changed.Key)))
        {
            if (free.TryDequeue(out int place))
            {
                after[place] = added;
            }
            else
            {
                after.Add(added);
            }
        }

        if (free.Count > 0)
        {
            after.RemoveAll(endpoint => endpoint is null);
        }

        return before with { Endpoints = after.DrainToImmutable()! };
    }
}
