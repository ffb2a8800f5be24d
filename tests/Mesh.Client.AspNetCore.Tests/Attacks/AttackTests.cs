using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Telemetry;
using Mesh.Model.Tests;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Tests.Attacks;

/// <summary>Each attack is refused and told of, and its twin is let in by the same process right after.</summary>
public sealed class AttackTests
{
    private const string Update = "MESH_UPDATE_DOCS";

    private static readonly (string Title, Attack[] Attacks)[] s_groups =
    [
        ("Certificates and TLS", [.. CertificateAttacks.All]),
        ("Who calls", [.. IdentityAttacks.All]),
        ("Paths", [.. PathAttacks.All]),
        ("Headers and methods", [.. HeaderAttacks.All]),
        ("HTTP/2 and gRPC", [.. Http2Attacks.All]),
        ("Unknown policies, and slow callers", [.. StateAttacks.All]),
    ];

    private static readonly Dictionary<string, Attack> s_attacks = s_groups.SelectMany(group => group.Attacks).ToDictionary(attack => attack.Name);

    private static readonly string[] s_refusals = ["CallRefused", "CallerRefused", "HandshakeFailed", "PlainTextRefused", "PolicyUnknown"];

    public static TheoryData<string> Names { get; } = [.. s_attacks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_is_refused_and_its_twin_is_let_in(string name)
    {
        Attack attack = s_attacks[name];
        TestPolicies policies = new(attack.Policies);
        await using MeshedApp app = await MeshedApp.StartAsync(policies: policies, mesh: attack.Settings, configure: attack.Configure);
        attack.Prepare?.Invoke(app, policies);

        Assert.Equal(attack.Answer, await attack.Send(app).InTime());
        await Eventually.Holds(() => attack.Event is null || app.App.Logs.Of(attack.Event).Count > 0);
        Assert.Equal(attack.Event is null ? [] : [attack.Event], app.App.Logs.GetSnapshot().Select(record => record.Id.Name).Where(s_refusals.Contains).Distinct());
        Assert.Equal(0, app.Entered);

        Assert.Equal("200", await attack.SendTwin(app).InTime());
        Assert.Equal(1, app.Entered);
    }

    [Fact]
    public void There_are_enough_of_them() => Assert.True(s_attacks.Count >= 40, $"{s_attacks.Count} attacks");

    [Fact]
    public void The_page_has_each()
    {
        string path = Path.Combine(Repository.Root, "docs", "security.md");
        string page = File.ReadAllText(path);
        string head = page[..(page.IndexOf("\n## ", StringComparison.Ordinal) + 1)];
        string expected = head + string.Join('\n', s_groups.Select(Section));

        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.True(page == expected || Environment.GetEnvironmentVariable(Update) == "1", $"docs/security.md is not what the attacks are. Run this test with {Update}=1.");
    }

    private static string Section((string Title, Attack[] Attacks) group) =>
        $"## {group.Title}\n\n| attack | twin, which is let in | answer | log |\n|---|---|---|---|\n"
        + string.Concat(group.Attacks.Select(attack => $"| {attack.Name} | {attack.Twin} | {attack.Answer} | {Log(attack)} |\n"));

    private static string Log(Attack attack) => attack.Event is null ? "none of the mesh's" : $"`{IdOf(attack.Event)} {attack.Event}`";

    private static int IdOf(string name) => typeof(MeshLog).GetMethod(name)!.GetCustomAttributesData()
        .Single(data => data.AttributeType == typeof(LoggerMessageAttribute)).ConstructorArguments[0].Value is int id ? id : throw new InvalidOperationException($"{name} has no id.");
}
