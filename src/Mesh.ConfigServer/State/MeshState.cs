using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.Model;

namespace Mesh.ConfigServer.State;

/// <summary>
/// All that the mesh is told at one moment. Immutable; a service whose rules did not change is the same object as before.
/// </summary>
internal sealed record MeshState
{
    /// <summary>
    /// Tells one mesh from another: only within one are epochs and generations older or newer. Empty: the mesh has no name.
    /// </summary>
    public string MeshId { get; init; } = "";

    /// <summary>Grows when a store is made or restored: within an epoch generations never go back.</summary>
    public required long Epoch { get; init; }

    /// <summary>Grows with every write.</summary>
    public required long Generation { get; init; }

    public StoreVersion Version => new(Epoch, Generation);

    /// <summary>As they were applied, by key.</summary>
    public required ImmutableSortedDictionary<DocumentKey, MeshDocument> Documents { get; init; }

    /// <summary>By full name: <c>catalog.default</c>.</summary>
    public required ImmutableDictionary<string, MeshService> Services { get; init; }

    /// <summary>The same without what has registered; null: nothing can have.</summary>
    public ImmutableDictionary<string, MeshService>? Written { get; init; }

    /// <summary>Who may call whom.</summary>
    public MeshPolicies Policies { get; init; } = MeshPolicies.None;

    /// <summary>What holds for a service of which no document says otherwise.</summary>
    public MeshService Defaults { get; init; } = new();

    /// <summary>Full names by what else the services are called, their <c>hosts</c>, in lower case. Of several the first has it.</summary>
    public required ImmutableDictionary<string, ImmutableArray<string>> Hosts { get; init; }

    /// <summary>The generations in which services came, after they had not been there, by full name.</summary>
    public ImmutableDictionary<string, long> Births { get; init; } = ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    public MeshWarnings Warnings { get; init; } = MeshWarnings.None;

    /// <summary>Counts states where each says what changed since the one before; 0: nobody counts, and any service may be another one.</summary>
    public long Step { get; init; }

    /// <summary>The full names of all services that are others than a step before.</summary>
    public ImmutableArray<string> ChangedServices { get; init; } = [];

    /// <summary>How many states before this one are in <see cref="ChangedServices"/>, too: whoever was busy has not seen them.</summary>
    public int Skipped { get; init; }

    /// <summary>True: not all of it may be known yet, so that what is missing here may still exist.</summary>
    public bool IsRecovering { get; init; }

    /// <summary>Where it is recovering: nothing was known before, so that only what clients have of it may still exist.</summary>
    public bool IsNew { get; init; }

    /// <summary>A mesh that is told nothing.</summary>
    public static MeshState Empty { get; } = new()
    {
        Epoch = 0, Generation = 0, Documents = ImmutableSortedDictionary<DocumentKey, MeshDocument>.Empty,
        Services = ImmutableDictionary.Create<string, MeshService>(StringComparer.Ordinal),
        Hosts = ImmutableDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal),
    };

    /// <summary>The full name of the service that has a host; null: none has.</summary>
    public string? OwnerOf(string host) => Hosts.TryGetValue(host, out ImmutableArray<string> services) ? services[0] : null;

    /// <summary>This state for whoever has not seen the one before.</summary>
    public MeshState Over(MeshState before) =>
        before.Step > 0 && before.Step + Skipped + 1 == Step
            ? this with
            {
                ChangedServices = [.. before.ChangedServices.Union(ChangedServices, StringComparer.Ordinal)],
                Skipped = Skipped + before.Skipped + 1,
            }
            : this;
}
