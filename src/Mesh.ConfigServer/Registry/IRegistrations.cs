namespace Mesh.ConfigServer.Registry;

/// <summary>Who has registered, for those who show it. Thread-safe; what it gives is of the moment, and does not change.</summary>
internal interface IRegistrations
{
    /// <summary>The full names of services that have, or lately had, instances.</summary>
    IReadOnlyCollection<string> Names();

    /// <summary>Null: nobody has registered for a service of this full name, or the last one has gone long ago.</summary>
    RegisteredService? Find(string service);

    /// <summary>How many services have instances that come and go more often than any rollout has them.</summary>
    int CountFlapping();

    /// <summary>How many instances there are in each state that any is in.</summary>
    IReadOnlyDictionary<InstanceState, int> CountByState();
}
