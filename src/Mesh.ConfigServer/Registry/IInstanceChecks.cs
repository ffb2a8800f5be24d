namespace Mesh.ConfigServer.Registry;

/// <summary>Asks instances whether they are well. The registry calls it under its lock, so that it must not wait for the registry.</summary>
internal interface IInstanceChecks
{
    /// <summary>Has an instance asked from now on as its registration says, in place of one before of the same instance.</summary>
    /// <returns>Whether it is well, as far as it is known.</returns>
    bool Watch(Registration registration);

    /// <summary>Why an instance is not well; null: it is, as far as it is known, or nobody asks it.</summary>
    string? ReasonOf(Registration registration);

    /// <summary>The instance is gone.</summary>
    void Forget(Registration registration);
}
