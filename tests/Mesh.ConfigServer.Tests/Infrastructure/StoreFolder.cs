using Mesh.ConfigServer.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Infrastructure;

/// <summary>A directory with a store, which can be opened again and again.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public string Path => _folder["data"];

    public string Database => System.IO.Path.Combine(Path, "mesh.db");

    /// <summary>A file beside the store.</summary>
    public string File(string name) => _folder[name];

    public Task<MeshStore> OpenAsync() => OpenAsync(SqliteGenerations.Open(Path, Time));

    public Task<MeshStore> OpenAsync(IGenerations generations) => MeshStore.OpenAsync(generations, Time, NullLogger.Instance, TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();
}
