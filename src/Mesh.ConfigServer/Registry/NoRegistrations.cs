using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Registry;

/// <summary>Of a server where nobody may register.</summary>
internal sealed class NoRegistrations : IRegistrationStore
{
    public Task PutAsync(Registration registration, bool canWait) =>
        Task.FromException(new StoreException(StoreFailure.ReadOnly, "This server keeps no registrations."));

    public Task DeleteAsync(Registration registration) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
