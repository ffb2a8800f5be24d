using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Cache;
using Mesh.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class ResourceCacheTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<ResourceCache> _log = new();
    private readonly ResourceCache _cache;
    private TimeSpan _cost;
    private int _writes;

    public ResourceCacheTests() => _cache = new ResourceCache("", _time, _log);

    public void Dispose() => _cache.Dispose();

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(5, 1000)]
    [InlineData(100, 10_000)]
    [InlineData(5000, 30_000)]
    public void The_more_a_write_costs_the_longer_is_the_pause_before_the_next(int cost, int pause)
    {
        _cost = TimeSpan.FromMilliseconds(cost);
        Keep();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _writes);

        _cost = TimeSpan.Zero;
        Keep();
        _time.Advance(TimeSpan.FromMilliseconds(pause - 1));
        Assert.Equal(1, _writes);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, _writes);

        // It has cost nothing.
        Keep();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, _writes);
    }

    [Fact]
    public void What_is_to_be_kept_at_the_end_is_written_then()
    {
        Keep();

        _cache.Dispose();

        Assert.Equal(1, _writes);
    }

    [Fact]
    public void A_fault_of_its_own_is_told_of_once_and_the_next_change_is_kept()
    {
        for (int i = 0; i < 2; i++)
        {
            _cache.Keep(static () => throw new InvalidOperationException("Nobody foresaw it."), static _ => { });
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        FakeLogRecord told = Assert.Single(_log.Collector.GetSnapshot());
        Assert.Equal(("CacheFailed", LogLevel.Error, "Nobody foresaw it."), (told.Id.Name, told.Level, told.Exception?.Message));

        Keep();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _writes);
    }

    [Fact]
    public void What_could_not_be_written_does_not_count_as_kept()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("mesh-cache");
        string folder = Path.Combine(root.FullName, "cache");
        CacheContent content = new(
            new XdsTarget([new Uri("http://a:1")], folder, new ServiceIdentity { Name = "web" }), null, []) { Gone = [("type", "catalog.default")] };
        List<CacheContent> kept = [];

        // Where the folder is to be there is a file.
        File.WriteAllText(folder, "");
        _cache.Keep(() => content, kept.Add);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CacheNotUsed", Assert.Single(_log.Collector.GetSnapshot()).Id.Name);
        Assert.Empty(kept);

        File.Delete(folder);
        _cache.Keep(() => content, kept.Add);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Same(content, Assert.Single(kept));
        root.Delete(recursive: true);
    }

    private void Keep() => _cache.Keep(
        () =>
        {
            _time.Advance(_cost);
            _writes++;
            return null;
        },
        static _ => { });
}
