using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Store;

public sealed class FolderStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly FakeLogger _logger = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_files_are_read_those_of_folders_inside_included()
    {
        Write("b.yaml", $"{Docs.ServiceYaml("b")}---\n{Docs.ServiceYaml("c")}");
        Write("shop/a.json", """[ { "kind": "Service", "name": "a", "endpoints": [ "127.0.0.1:80" ] } ]""");
        Write("shop/deep/d.YML", Docs.ServiceYaml("d"));
        Write("README.md", "not: [a document");
        Write(".hidden/e.yaml", Docs.ServiceYaml("e"));

        await using FolderStore store = Open();

        Assert.Equal("a.default:80 b.default:80 c.default:80 d.default:80", Docs.Describe(store.Current));
        Assert.Equal(new StoreVersion(_time.GetUtcNow().ToUnixTimeMilliseconds(), 1), store.Current.Version);
        Assert.Equal((true, _folder.Path), (store.IsReadOnly, store.Place));
        GenerationRecord record = Assert.Single(await store.ReadHistoryAsync(new HistoryQuery(), Ended));
        Assert.Equal((1L, 4, "read"), (record.Version.Generation, record.Changes.Length, record.Action));
        Assert.Equal(4, (await store.ReadGenerationAsync(1, Ended)).Documents.Length);
    }

    [Fact]
    public async Task After_a_restart_it_is_the_same_mesh_in_a_later_epoch_and_another_folder_is_another()
    {
        Write("a/b.yaml", Docs.ServiceYaml("b"));
        MeshState before;
        await using (FolderStore store = Open())
        {
            before = store.Current;
        }

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await using FolderStore again = Open();
        await using FolderStore other = FolderStore.Open(_folder["a"], _time, _logger);

        Assert.NotEqual("", before.MeshId);
        Assert.Equal(before.MeshId, again.Current.MeshId);
        Assert.True(again.Current.Epoch > before.Epoch);
        Assert.NotEqual(before.MeshId, other.Current.MeshId);
        Write("a/b.yaml", Docs.ServiceYaml("c"));
        await Eventually.Holds(() => Docs.Describe(again.Current) == "c.default:80", () => _time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal(before.MeshId, again.Current.MeshId);
    }

    [Fact]
    public void A_file_is_no_folder()
    {
        Write("a.yaml", Docs.ServiceYaml("a"));

        StoreException refused = Assert.Throws<StoreException>(() => FolderStore.Open(_folder["a.yaml"], _time, _logger));

        Assert.Equal($"{_folder["a.yaml"]} is a file. Give WatchDirectory the folder that it is in.", refused.Message);
    }

    [Fact]
    public async Task A_change_is_seen()
    {
        Write("a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = Open();
        List<long> seen = [];
        using IDisposable subscription = store.Subscribe(state => seen.Add(state.Generation));
        Mesh.Model.MeshService kept = store.Current.Services["a.default"];

        Write("b.yaml", Docs.ServiceYaml("b"));
        await SeenAsync(store, "a.default:80 b.default:80");
        Assert.Same(kept, store.Current.Services["a.default"]);
        Write("a.yaml", Docs.ServiceYaml("a", 8080));
        await SeenAsync(store, "a.default:8080 b.default:80");
        File.Delete(_folder["b.yaml"]);
        await SeenAsync(store, "a.default:8080");

        Assert.Equal([1, 2, 3, 4], seen);
    }

    [Fact]
    public async Task A_change_that_the_system_tells_of_is_not_waited_for()
    {
        await using FolderStore store = Open();
        Write("a.yaml", Docs.ServiceYaml("a"));
        DateTimeOffset written = _time.GetUtcNow();

        await Eventually.Holds(() => store.Current.Generation == 2, () => _time.Advance(TimeSpan.FromMilliseconds(1)));

        Assert.InRange(_time.GetUtcNow() - written, TimeSpan.Zero, TimeSpan.FromSeconds(1.9));
    }

    [Fact]
    public async Task A_bad_file_keeps_the_last_good_state_and_is_told_once()
    {
        Write("a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = Open();

        Write("b.yaml", $"{Docs.ServiceYaml("b")}routs: []\n---\nkind: Service\nname: a\n");
        await Eventually.Holds(() => Refusals().Length > 0, Look);
        for (int i = 0; i < 10; i++)
        {
            Look();
        }

        Assert.Equal("a.default:80", Docs.Describe(store.Current));
        string refusal = Assert.Single(Refusals());
        Assert.Contains("\nb.yaml:4: Service b.default, routs: This is not a setting. Did you mean 'routes'?", refusal, StringComparison.Ordinal);
        Assert.Contains("\nb.yaml:6: Service a.default: The document is given already, in a.yaml, line 1. Give each one once.", refusal, StringComparison.Ordinal);

        Assert.Equal(["routs", ""], store.Refusal!.Faults.Select(fault => fault.Path));

        Write("b.yaml", Docs.ServiceYaml("b"));
        await SeenAsync(store, "a.default:80 b.default:80");
        Assert.Equal(2, store.Current.Generation);
        Assert.Null(store.Refusal);
    }

    [Fact]
    public async Task A_bad_file_that_is_put_back_as_it_was_is_told_too()
    {
        Write("a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = Open();
        Write("a.yaml", "kind: Servic\n");
        await Eventually.Holds(() => Refusals().Length > 0, Look);

        Write("a.yaml", Docs.ServiceYaml("a"));
        await Eventually.Holds(() => _logger.Collector.GetSnapshot().Count(line => line.Id.Name == "FolderMended") == 1, Look);

        Assert.Null(store.Refusal);
        Assert.Equal(1, store.Current.Generation);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_that_is_emptied_or_gone_keeps_the_last_good_state(bool isGone)
    {
        Write("in/a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = FolderStore.Open(_folder["in"], _time, _logger);

        File.Delete(_folder["in/a.yaml"]);
        if (isGone)
        {
            Directory.Delete(_folder["in"]);
        }

        await Eventually.Holds(() => Refusals().Length > 0, Look);
        Assert.Equal("a.default:80", Docs.Describe(store.Current));

        Write("in/a.yaml", Docs.ServiceYaml("a", 81));
        await SeenAsync(store, "a.default:81");
    }

    [Fact]
    public async Task What_cannot_be_read_now_is_tried_again()
    {
        Write("a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = Open();
        Write("b.yaml", Docs.ServiceYaml("b"));
        using (File.Open(_folder["b.yaml"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await Eventually.Holds(() => Refusals().Length > 0, Look);
            Look();
            Assert.Contains("b.yaml", Assert.Single(Refusals()), StringComparison.Ordinal);
        }

        await SeenAsync(store, "a.default:80 b.default:80");
    }

    [Fact]
    public async Task A_huge_file_is_a_fault_and_is_not_read()
    {
        Write("a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = Open();
        using (FileStream huge = File.Create(_folder["huge.yaml"]))
        {
            huge.SetLength(3_000_000_000);
        }

        await Eventually.Holds(() => Refusals().Length > 0, Look);

        Assert.EndsWith("huge.yaml: documents: This is longer than 16 MB. Split it.", Assert.Single(Refusals()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iso-8859-1")]
    [InlineData("utf-16")]
    public async Task A_file_that_is_no_UTF8_is_a_fault(string encoding)
    {
        Write("a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = Open();
        File.WriteAllText(_folder["latin.yaml"], "kind: Service\nname: b\n# café\n", System.Text.Encoding.GetEncoding(encoding));

        await Eventually.Holds(() => Refusals().Length > 0, Look);

        Assert.EndsWith("latin.yaml: documents: This is not UTF-8. Save it as such.", Assert.Single(Refusals()), StringComparison.Ordinal);
        Assert.Equal("a.default:80", Docs.Describe(store.Current));
    }

    [Fact]
    public async Task A_mark_of_UTF8_is_not_part_of_a_file()
    {
        File.WriteAllBytes(_folder["a.yaml"], [0xEF, 0xBB, 0xBF, .. System.Text.Encoding.UTF8.GetBytes(Docs.ServiceYaml("a"))]);

        await using FolderStore store = Open();

        Assert.Equal("a.default:80", Docs.Describe(store.Current));
    }

    [Fact]
    public async Task A_folder_that_is_too_deep_is_a_fault()
    {
        string deepest = string.Join('/', Enumerable.Repeat("d", 16));
        Write($"{deepest}/a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = Open();
        Assert.Equal("a.default:80", Docs.Describe(store.Current));

        Write($"{deepest}/e/b.yaml", Docs.ServiceYaml("b"));
        await Eventually.Holds(() => Refusals().Length > 0, Look);

        Assert.EndsWith(
            $"{deepest}/e: documents: Folders are read 16 levels deep, and this one is deeper. Move it up, or delete the link if one leads in a circle.",
            Assert.Single(Refusals()).Replace('\\', '/'), StringComparison.Ordinal);

        Directory.Delete(_folder[$"{deepest}/e"], recursive: true);
        await Eventually.Holds(() => store.Refusal is null, Look);
    }

    [Fact]
    public async Task Links_that_lead_in_circles_are_a_fault()
    {
        Write("a.yaml", Docs.ServiceYaml("a"));
        foreach (string link in (string[])["one", "two", "three"])
        {
            Directory.CreateSymbolicLink(_folder[link], ".");
        }

        BadDocumentsException bad = await Task.Run(() => Assert.Throws<BadDocumentsException>(Open), Ended).InTime();

        Assert.Contains("delete the link if one leads in a circle", Assert.Single(bad.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files.");
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", _folder["pipe.yaml"]))
        {
            await make.WaitForExitAsync(Ended);
        }

        Write("a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = await Task.Run(Open, Ended).InTime();

        Assert.Equal("a.default:80", Docs.Describe(store.Current));
    }

    [Fact]
    public async Task Services_are_as_old_after_a_restart_and_younger_once_they_were_gone()
    {
        Write("a.yaml", Docs.ServiceYaml("a"));
        await using FolderStore store = Open();
        Write("b.yaml", Docs.ServiceYaml("b"));
        await SeenAsync(store, "a.default:80 b.default:80");
        Assert.Equal((0, 0), (store.Current.Births["a.default"], store.Current.Births["b.default"]));
        await using (FolderStore again = Open())
        {
            Assert.Equal((0, 0), (again.Current.Births["a.default"], again.Current.Births["b.default"]));
        }

        File.Delete(_folder["b.yaml"]);
        await SeenAsync(store, "a.default:80");
        Write("b.yaml", Docs.ServiceYaml("b"));
        await SeenAsync(store, "a.default:80 b.default:80");
        Assert.Equal((0, 1), (store.Current.Births["a.default"], store.Current.Births["b.default"]));
    }

    [Fact]
    public async Task A_link_that_is_turned_elsewhere_is_a_change()
    {
        Write("..1/a.yaml", Docs.ServiceYaml("a", 1));
        Write("..2/a.yaml", Docs.ServiceYaml("a", 2));
        Directory.CreateSymbolicLink(_folder["..data"], "..1");
        File.CreateSymbolicLink(_folder["a.yaml"], "..data/a.yaml");
        await using FolderStore store = Open();
        Assert.Equal("a.default:1", Docs.Describe(store.Current));

        Directory.Delete(_folder["..data"]);
        Directory.CreateSymbolicLink(_folder["..data"], "..2");

        await SeenAsync(store, "a.default:2");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error()
    {
        StoreException refused = Assert.Throws<StoreException>(() => FolderStore.Open(_folder["nowhere"], _time, _logger));

        Assert.StartsWith($"{_folder["nowhere"]} cannot be read:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_at_the_start_are_errors()
    {
        Write("a.yaml", "kind: Service\nname: a\nroutes: 1");

        BadDocumentsException bad = Assert.Throws<BadDocumentsException>(Open);

        Assert.StartsWith("a.yaml:3: Service a.default, routes:", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_can_be_written()
    {
        await using FolderStore store = Open();

        Func<Task>[] writes =
        [
            () => store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended), () => store.RollBackAsync(1, Docs.Ann, cancellationToken: Ended),
            () => store.BackUpAsync(_folder["backup"], Ended), () => store.RestoreAsync(_folder["backup"], Docs.Ann, Ended),
        ];
        foreach (Func<Task> write in writes)
        {
            StoreException refused = await Assert.ThrowsAsync<StoreException>(write);
            Assert.Equal((StoreFailure.ReadOnly, $"The documents come from {_folder.Path}. Change the files there."), (refused.Failure, refused.Message));
        }
    }

    private FolderStore Open() => FolderStore.Open(_folder.Path, _time, _logger);

    private Task SeenAsync(FolderStore store, string services) => Eventually.Holds(() => Docs.Describe(store.Current) == services, Look);

    private void Look() => _time.Advance(TimeSpan.FromSeconds(2));

    private string[] Refusals() => [.. _logger.Collector.GetSnapshot().Where(line => line.Id.Id == 103).Select(line => line.Message)];

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);

        // Two writes within one tick of the file system's clock would look the same from outside.
        File.WriteAllText(_folder[name], text);
        File.SetLastWriteTimeUtc(_folder[name], _time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromMilliseconds(1));
    }
}
