using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Hosting;

/// <summary>What the server works on.</summary>
/// <param name="Store">The documents.</param>
/// <param name="Kept">Where registrations are kept.</param>
/// <param name="Known">Those that were.</param>
/// <param name="IsNew">Whether it was made just now, so that nobody can have known anything of it.</param>
internal sealed record OpenedStore(IMeshStore Store, IRegistrationStore Kept, IReadOnlyList<Registration> Known, bool IsNew) : IAsyncDisposable
{
    /// <summary>For how long no server had it.</summary>
    public TimeSpan Absence { get; init; }

    /// <summary>The database that is in it, held for this process.</summary>
    public SqliteDatabase? Database { get; init; }

    /// <summary>Null: the server issues no certificates.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>Of what the authority issues.</summary>
    public CertificateJournal? Journal { get; init; }

    public async ValueTask DisposeAsync()
    {
        await Kept.DisposeAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
        Journal?.Dispose();
        Database?.Dispose();
    }
}
