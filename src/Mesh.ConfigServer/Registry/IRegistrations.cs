using System.Collections.Immutable;

namespace Mesh.ConfigServer.Registry;

/// <summary>Who has registered, for those who show it. Thread-safe; what it gives is of the moment, and does not change.</summary>
internal interface IRegistrations
{
    /// <summary>By name.</summary>
    ImmutableArray<RegisteredService> All();

    /// <summary>Null: nobody has registered for a service of this full name, or the last one has gone long ago.</summary>
    RegisteredService? Find(string service);

    /// <summary>How many instances there are in each state that any is in.</summary>
    IReadOnlyDictionary<InstanceState, int> CountByState();
}
