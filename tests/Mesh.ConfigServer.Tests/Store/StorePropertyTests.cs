using System.Collections.Immutable;
using CsCheck;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.Store;

/// <summary>A store behaves like a list of dictionaries, whatever is done to it.</summary>
public sealed class StorePropertyTests
{
    private static readonly Gen<(string Kind, int[] Names, int Value)> s_step = Gen.Select(
        Gen.OneOfConst("apply", "apply", "apply", "prune", "delete", "rollback", "bad", "dry", "reopen", "restore"), Gen.Int[0, 5].Array[1, 4], Gen.Int[1, 4]);

    [Fact]
    public void Any_sequence_of_writes_does_what_a_simple_model_does() => s_step.Array[1, 15].Sample(
        steps =>
        {
            using StoreFolder folder = new();
            Run(folder, steps).GetAwaiter().GetResult();
        },
        iter: 40, threads: 1);

    private static async Task Run(StoreFolder folder, (string Kind, int[] Names, int Value)[] steps)
    {
        MeshStore store = await folder.OpenAsync();
        List<ImmutableSortedDictionary<string, int>?> model = [ImmutableSortedDictionary<string, int>.Empty];
        int backups = 0;
        try
        {
            foreach ((string kind, int[] names, int value) in steps)
            {
                string yaml = string.Join("---\n", names.Distinct().Select(name => Docs.ServiceYaml($"s{name}", value)));
                var named = names.Distinct().Select(name => KeyValuePair.Create($"s{name}", value));
                ImmutableSortedDictionary<string, int> now = model[^1]!;
                ImmutableSortedDictionary<string, int> next = now;
                switch (kind)
                {
                    case "apply":
                        next = now.SetItems(named);
                        await store.WriteAsync(Docs.Apply(yaml));
                        break;
                    case "prune":
                        next = now.Clear().AddRange(named);
                        await store.WriteAsync(Docs.Apply(yaml) with { Prune = true });
                        break;
                    case "delete":
                        next = now.RemoveRange(named.Select(pair => pair.Key));
                        await store.WriteAsync(Docs.Delete([.. named.Select(pair => Docs.Service(pair.Key))]));
                        break;
                    case "rollback" when model[value % model.Count] is { } old:
                        next = old;
                        await store.RollBackAsync(value % model.Count, Docs.Ann);
                        break;
                    case "bad":
                        await Assert.ThrowsAsync<BadDocumentsException>(() => store.WriteAsync(Docs.Apply($"{yaml}---\nkind: Service\nname: bad\nroutes: 1")));
                        break;
                    case "dry":
                        await store.WriteAsync(Docs.Apply(yaml) with { DryRun = true });
                        break;
                    case "reopen":
                        await store.DisposeAsync();
                        store = await folder.OpenAsync();
                        break;
                    case "restore":
                        string file = folder.File($"backup{backups++}");
                        await store.BackUpAsync(file);
                        await store.RestoreAsync(file, Docs.Ann);
                        model.Add(now);
                        break;
                }

                if (!next.SequenceEqual(now))
                {
                    model.Add(next);
                }

                Assert.Equal(model.Count - 1, store.Current.Generation);
                Assert.Equal(Text(next), Text(store.Current.Documents.Values));
            }

            foreach ((int generation, ImmutableSortedDictionary<string, int>? then) in model.Index())
            {
                Assert.Equal(Text(then!), Text((await store.ReadGenerationAsync(generation)).Documents));
            }
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    private static string Text(ImmutableSortedDictionary<string, int> documents) => string.Join(' ', documents.Select(pair => $"{pair.Key}:{pair.Value}"));

    private static string Text(IEnumerable<MeshDocument> documents) => string.Join(
        ' ', documents.Select(document => $"{document.Key.Name}:{document.Json.Split("127.0.0.1:")[1].TrimEnd('"', ']', '}')}"));
}
