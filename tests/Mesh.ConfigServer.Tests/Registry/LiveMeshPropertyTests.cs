using CsCheck;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.State;

namespace Mesh.ConfigServer.Tests.Registry;

/// <summary>Who joins what changed alone comes to the mesh of those who join all there is.</summary>
public sealed class LiveMeshPropertyTests
{
    private static readonly Gen<(int Kind, string Service, int Instance, MeshWrite Write)> s_step = Gen.Select(
        Gen.Int[0, 9], Gen.OneOfConst("a.m", "b.m", "b.n", "c.n", "x.y", "z.m"), Gen.Int[1, 5], RandomMesh.Write);

    [Fact]
    public void Documents_and_processes_in_any_order_make_the_same_mesh() => s_step.Array[1, 30].Sample(Run, iter: 300);

    private static void Run((int Kind, string Service, int Instance, MeshWrite Write)[] steps)
    {
        HeldStates documents = new();
        using RegistryBench bench = new(documents: documents);
        Dictionary<int, Lease> leases = [];
        foreach ((int kind, string service, int instance, MeshWrite write) in steps)
        {
            switch (kind)
            {
                case 0 or 1 when leases.Remove(instance, out Lease? known):
                    bench.Registry.Withdraw(known);
                    break;
                case 0 or 1:
                    leases[instance] = bench.Register($"{instance}", service);
                    break;
                case 2:
                    bench.Settle();
                    break;
                case 3:
                    // Whoever asks sees the newest documents. Else some are missed.
                    AssertSame(documents, bench);
                    break;
                default:
                    documents.Current = RandomMesh.Check(documents.Current, write).State ?? documents.Current;
                    break;
            }
        }

        AssertSame(documents, bench);
        foreach ((MeshState before, MeshState after) in bench.States.Zip(bench.States.Skip(1)))
        {
            Assert.Equal(before.Step + 1, after.Step);
            Assert.Equal(
                before.Services.Keys.Union(after.Services.Keys).Where(name => MeshChanges.IsOther(name, before, after)).Order(StringComparer.Ordinal),
                after.ChangedServices.Order(StringComparer.Ordinal));
        }
    }

    private static void AssertSame(HeldStates documents, RegistryBench bench)
    {
        bench.Settle();
        using LiveMesh whole = bench.Follow(documents);
        Assert.Equal(RandomMesh.Text(whole.Current), RandomMesh.Text(bench.Live.Current));
    }

    /// <summary>Tells nobody of what is new.</summary>
    private sealed class HeldStates : IMeshStates, IDisposable
    {
        public MeshState Current { get; set; } = MeshState.Empty with { Generation = 0 };

        public IDisposable Subscribe(Action<MeshState> observer)
        {
            observer(Current);
            return this;
        }

        public void Dispose()
        {
        }
    }
}
