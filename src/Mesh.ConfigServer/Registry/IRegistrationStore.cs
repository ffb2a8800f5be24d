namespace Mesh.ConfigServer.Registry;

/// <summary>Keeps registrations for the time after a restart. Its end waits for what has come until then.</summary>
internal interface IRegistrationStore : IAsyncDisposable
{
    /// <summary>Ends once it is kept.</summary>
    /// <exception cref="Store.StoreException">It cannot be.</exception>
    Task PutAsync(Registration registration);

    /// <summary>Forgets it, unless a newer one of the instance has come to its place. Does not wait.</summary>
    void Delete(Registration registration);
}
