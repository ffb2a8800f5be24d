using CsCheck;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Tests.State;

/// <summary>Who looks at what changed alone finds what there is to find.</summary>
public sealed class MeshCheckerPropertyTests
{
    [Fact]
    public void Any_write_makes_of_the_state_before_what_its_documents_make_of_nothing() => RandomMesh.Write.Array[1, 20].Sample(
        writes =>
        {
            MeshState state = MeshState.Empty;
            foreach (MeshWrite write in writes)
            {
                MeshCheck check = RandomMesh.Check(state, write);
                MeshCheck whole = RandomMesh.CheckAll(state, write);
                Assert.Equal(whole.Faults, check.Faults);
                Assert.Equal(whole.IsConflict, check.IsConflict);
                Assert.Equal(whole.Warnings, check.Warnings);
                Assert.Equal(whole.State is null, check.State is null);
                if (check.State is { } next)
                {
                    Assert.Equal(RandomMesh.Text(whole.State!), RandomMesh.Text(next));
                    AssertChanges(state, next);
                    state = next;
                }
            }
        },
        iter: 2000);

    [Fact]
    public void States_that_were_missed_are_in_the_next() => RandomMesh.Write.Array[2, 12].Sample(
        writes =>
        {
            MeshState state = MeshState.Empty;
            (MeshState seen, MeshState? waiting) = (state, null);
            foreach ((int index, MeshWrite write) in writes.Index())
            {
                if (RandomMesh.Check(state, write).State is { } next)
                {
                    waiting = waiting is null ? next : next.Over(waiting);
                    state = next;
                    if (index % 3 == 0)
                    {
                        AssertChanges(seen, waiting);
                        (seen, waiting) = (waiting, null);
                    }
                }
            }
        },
        iter: 500);

    private static void AssertChanges(MeshState before, MeshState after)
    {
        HashSet<string> changed = [.. MeshChanges.Services(before, after)];
        Assert.Equal(before.Step + 1 + after.Skipped, after.Step);
        string[] others = [.. before.Services.Keys.Union(after.Services.Keys).Where(name => Said(name, before) != Said(name, after))];
        Assert.Superset(others.ToHashSet(), changed);

        // What was changed and changed back while nobody looked is told once too often, and no more than that.
        Assert.All(changed.Except(others), name => Assert.True(after.Skipped > 0 && after.ChangedServices.Contains(name)));
        Assert.Equal(
            before.Hosts.Keys.Union(after.Hosts.Keys).Where(host => Lead(host, before) != Lead(host, after)).Order(StringComparer.Ordinal),
            MeshChanges.Hosts(before, after).Order(StringComparer.Ordinal));
        Assert.All(after.ChangedServices, name => Assert.True(after.Skipped > 0 || MeshChanges.IsOther(name, before, after)));
    }

    // What makes a service: its document, the mesh's settings, and that it is the same one.
    private static (string?, string?, long) Said(string name, MeshState state) =>
        state.Documents.GetValueOrDefault(DocumentKey.OfService(name)) is not { } document ? default
            : (document.Json, state.Documents.GetValueOrDefault(DocumentKey.Settings)?.Json, state.Births[name]);

    private static (string?, long) Lead(string host, MeshState state) =>
        state.OwnerOf(host) is { } service ? (service, state.Births[service]) : default;
}
