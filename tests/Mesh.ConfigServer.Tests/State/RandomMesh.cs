using System.Collections.Immutable;
using CsCheck;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.State;

/// <summary>Writes to a small mesh whose services often get in each other's way.</summary>
internal static class RandomMesh
{
    private static readonly Gen<string> s_host = Gen.OneOfConst("a", "b", "B", "c", "x.y", "X.y", "a.n", "b.m", "a:80", "b:80", "a.n:80", "*.y", "z:1");

    private static readonly Gen<string> s_service = Gen.Select(
        Gen.OneOfConst("a", "b", "c", "d"), Gen.OneOfConst("m", "n"), Gen.OneOf(Gen.Const(Array.Empty<string>()), s_host.Array[1, 3]),
        Gen.OneOfConst("", "endpoints: []", "endpoints: [{ address: e:1, version: v1 }]", "endpoints: [e:1]\nsubsets: { v1: { version: v1 } }"),
        Gen.OneOfConst(
            "", "", "routes: [{ to: [{ service: a }] }]", "routes: [{ mirror: [{ service: b.m, subset: v1 }] }, { name: late }]",
            "routes: [{ to: [{ subset: v1 }, { service: c.n, subset: v2 }] }]", "routes: [{ to: [{ service: b }], mirror: [{ service: d }] }]", "routes: 1"),
        (name, space, hosts, endpoints, routes) =>
            $"kind: Service\nname: {name}\nnamespace: {space}\nhosts: [{string.Join(", ", hosts.Select(host => $"'{host}'"))}]\n{endpoints}\n{routes}\n");

    private static readonly Gen<DocumentKey> s_key = Gen.Select(Gen.OneOfConst("a", "B", "c", "d"), Gen.OneOfConst("m", "n"), Docs.Service);

    private static readonly Gen<string> s_settings = Gen.OneOfConst(
        "kind: MeshSettings\n", "kind: MeshSettings\ndefaults: { retryBudget: { percent: 30 } }\n", "kind: MeshSettings\ndefaults: { retryBudget: { percent: x } }\n");

    /// <summary>Puts, deletions, both, new settings and prunings.</summary>
    public static Gen<MeshWrite> Write { get; } = Gen.Select(
        s_service.Array[0, 4], Gen.OneOf(Gen.Const(Array.Empty<DocumentKey>()), s_key.Array[1, 3]), Gen.Frequency((9, Gen.Const("")), (1, s_settings)), Gen.Int[0, 9],
        (services, delete, settings, prune) => Docs.Apply(string.Join("---\n", settings.Length == 0 ? services : [.. services, settings])) with
        {
            Delete = [.. delete], Prune = prune == 0,
        });

    /// <summary>What a check makes of a write that knows nothing of the state before but which services are how old.</summary>
    public static MeshCheck CheckAll(MeshState before, MeshWrite write) =>
        MeshChecker.Check(MeshState.Empty, before.Version.Next, write.After(before.Documents), write.Put, before.Births);

    /// <summary>What a check makes of a write that is told the state before.</summary>
    public static MeshCheck Check(MeshState before, MeshWrite write) =>
        MeshChecker.Check(before, before.Version.Next, write.After(before.Documents), write.Put);

    /// <summary>All there is to a state but its objects.</summary>
    public static string Text(MeshState state) => string.Join(
        '\n',
        [
            .. state.Services.OrderBy(each => each.Key, StringComparer.Ordinal).Select(
                each => $"{each.Key} {each.Value.Name} born {state.Births.GetValueOrDefault(each.Key)} {string.Join(' ', each.Value.Hosts)} "
                    + $"{string.Join(' ', each.Value.Endpoints ?? [])} {each.Value.Endpoints is null} {each.Value.RetryBudget} {Routes(each.Value.Routes)}"),
            .. state.Hosts.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key} = {string.Join(' ', each.Value)}"),
            .. state.Warnings.Told.Select(each => $"{each.Service} {each.Warning}"),
            $"{state.Births.Count} births, {state.Defaults.RetryBudget}",
        ]);

    private static string Routes(ImmutableArray<Model.MeshRoute> routes) => string.Join(
        ' ', routes.Select(route => $"{route.Name} to {string.Join(' ', route.To)} mirror {string.Join(' ', route.Mirror)}"));
}
