namespace Mesh.ConfigServer.Registry;

/// <summary>Keeps registrations for the time after a restart. Its end waits for what has come until then.</summary>
internal interface IRegistrationStore : IAsyncDisposable
{
    /// <summary>Ends once it is kept.</summary>
    /// <param name="registration">With the process's own words.</param>
    /// <param name="canWait">Where it cannot be kept now it is tried again later, and nobody is told.</param>
    /// <exception cref="Store.StoreException">It cannot be.</exception>
    Task PutAsync(Registration registration, bool canWait);

    /// <summary>
    /// Forgets it, unless a newer one of the instance has come to its place. Ends once that is done, or is to be tried again later.
    /// </summary>
    Task DeleteAsync(Registration registration);
}
