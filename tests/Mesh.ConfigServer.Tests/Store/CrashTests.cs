using System.Diagnostics;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.Store;

public sealed class CrashTests
{
    [Fact]
    public async Task A_kill_while_a_store_is_made_leaves_a_directory_that_can_be_used()
    {
        for (int round = 0; round < 5; round++)
        {
            using StoreFolder folder = new();
            using Process writer = StoreWriter.Start(folder.Path);
            try
            {
                await Eventually.Holds(() => Directory.Exists(folder.Path) && Directory.EnumerateFiles(folder.Path, "mesh.db*").Any());
            }
            finally
            {
                writer.Kill();
            }

            await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
            await using MeshStore store = await folder.OpenAsync();
        }
    }

    [Fact]
    public async Task What_was_reported_survives_a_kill()
    {
        using CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(4));
        using StoreFolder folder = new();
        Dictionary<long, string> reported = [];
        for (int round = 0; round < 20; round++)
        {
            using Process writer = StoreWriter.Start(folder.Path);
            try
            {
                for (int lines = Random.Shared.Next(1, 40); lines > 0; lines--)
                {
                    Note(await writer.StandardOutput.ReadLineAsync(bound.Token) ?? throw new InvalidOperationException("The writer has ended."));
                }
            }
            finally
            {
                writer.Kill();
            }

            // What it had printed by then; the last line may be half of one.
            string[] rest = (await writer.StandardOutput.ReadToEndAsync(bound.Token)).Split('\n');
            Array.ForEach(rest[..^1], Note);
            await writer.WaitForExitAsync(bound.Token);

            await using MeshStore store = await folder.OpenAsync();
            Assert.True(store.Current.Generation >= reported.Keys.Max());
            Assert.Equal(
                reported.OrderByDescending(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"),
                (await store.ReadHistoryAsync(new HistoryQuery { Limit = int.MaxValue }, bound.Token))
                    .Where(record => reported.ContainsKey(record.Version.Generation))
                    .Select(record => $"{record.Version.Generation} {record.Changes[0].After}"));
        }

        void Note(string line) => reported.Add(long.Parse(line.Split(' ')[0]), line.Split(' ')[1]);
    }
}
