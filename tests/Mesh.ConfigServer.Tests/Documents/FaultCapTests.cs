using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.Documents;

/// <summary>What a stranger sends has as many faults as it has bytes. As many are told as a person mends.</summary>
public sealed class FaultCapTests
{
    private const int Most = 500;

    [Fact]
    public void Documents_without_a_kind() =>
        IsCapped(Docs.Json($"[{string.Join(',', Enumerable.Repeat("{}", 1_000_000))}]"));

    [Fact]
    public void Keys_that_no_setting_has() =>
        IsCapped(Docs.Json($$"""{"kind":"Service","name":"a",{{string.Join(',', Enumerable.Range(0, 600_000).Select(i => $"\"unknown-{i}\":1"))}}}"""));

    [Fact]
    public void Keys_that_are_nearly_settings() => IsCapped(Docs.Json(
        $$"""{"kind":"Service","name":"a",{{string.Join(',', Enumerable.Range(0, 300_000).Select(i => $"\"outlierDetect{(char)(0x4E00 + (i % 20_000))}{(char)(0x4E00 + (i / 20_000))}\":1"))}}}"""));

    [Fact]
    public void Services_with_a_fault_each() =>
        IsCapped(Docs.Json($"[{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $$"""{"kind":"Service","name":"s{{i}}","routs":1}"""))}]"));

    [Fact]
    public void Documents_that_are_given_again_and_again() =>
        IsCapped(Docs.Json($"[{string.Join(',', Enumerable.Repeat("""{"kind":"Service","name":"a"}""", 20_000))}]"));

    [Fact]
    public void Names_that_two_claim() => IsCapped(Docs.Json(
        $"[{string.Join(',', new[] { "a", "b" }.Select(name => $$"""{"kind":"Service","name":"{{name}}","hosts":[{{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"h{i}\""))}}]}"""))}]"));

    [Fact]
    public void More_documents_than_memory_should_hold_are_one_fault()
    {
        BadDocumentsException bad = Refused(Docs.Json($"[{string.Join(',', Enumerable.Repeat("{}", 3_500_000))}]"));

        Assert.Contains("This has too many values", Assert.Single(bad.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Some_hundreds_are_told_in_full()
    {
        BadDocumentsException bad = Refused(Docs.Json($"[{string.Join(',', Enumerable.Repeat("{}", Most))}]"));

        Assert.Equal(Most, bad.Faults.Length);
        Assert.DoesNotContain(bad.Faults, fault => fault.Message.StartsWith('…'));
    }

    [Fact]
    public void A_path_is_told_as_far_as_one_reads()
    {
        string key = new('k', 100_000);
        BadDocumentsException bad = Refused(Docs.Json($$"""{"kind":"Service","name":"a","{{key}}":1}"""));

        Assert.InRange(Assert.Single(bad.Faults).ToString().Length, 100, 6_000);
    }

    private static void IsCapped(DocumentSet set)
    {
        BadDocumentsException bad = Refused(set);

        Assert.Equal(Most + 1, bad.Faults.Length);
        Assert.Equal("… and more: mend these first.", bad.Faults[^1].Message);
        Assert.Single(bad.Faults, fault => fault.Message.StartsWith('…'));
        Assert.InRange(bad.Message.Length, 100, 20_000);
    }

    private static BadDocumentsException Refused(DocumentSet set) => Assert.Throws<BadDocumentsException>(() => DocumentCheck.Check(set));
}
