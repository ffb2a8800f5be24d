using Mesh.Client.LoadBalancing;

namespace Mesh.Client.Tests.LoadBalancing;

/// <summary>Which endpoint a key belongs to.</summary>
public sealed class KeyedPickTests
{
    private const int Keys = 20_000;

    private static readonly MeshClock s_clock = new(TimeProvider.System);

    [Fact]
    public void A_text_has_the_same_number_in_every_process() =>
        Assert.Equal([0xf52a15e9a9b5e89b, 0x2c0bdbf481420f8, 0xdbbc907f21531a73], new[] { "", "a", "10.0.0.1:80" }.Select(StableHash.Of));

    [Fact]
    public void The_order_of_the_endpoints_does_not_matter()
    {
        FakeEndpoint[] endpoints = Make(1, 1, 1, 1);
        FakeEndpoint[] reversed = [.. endpoints.Reverse()];

        Assert.All(Hashes(), key => Assert.Same(KeyedPick.From(endpoints, key), KeyedPick.From(reversed, key)));
    }

    [Fact]
    public void Keys_spread_by_weight()
    {
        FakeEndpoint[] endpoints = Make(1, 2, 5);

        double[] shares = [.. endpoints.Select(endpoint => Hashes().Count(key => KeyedPick.From(endpoints, key) == endpoint) / (double)Keys)];

        Assert.Equal(1.0 / 8, shares[0], 0.02);
        Assert.Equal(2.0 / 8, shares[1], 0.02);
        Assert.Equal(5.0 / 8, shares[2], 0.02);
    }

    [Fact]
    public void When_one_leaves_its_keys_alone_move_and_spread_over_the_others()
    {
        FakeEndpoint[] endpoints = Make(1, 1, 1, 1, 1);
        FakeEndpoint[] left = [.. endpoints[1..]];
        ulong[] moved = [.. Hashes().Where(key => KeyedPick.From(endpoints, key) == endpoints[0])];

        Assert.All(Hashes().Except(moved), key => Assert.Same(KeyedPick.From(endpoints, key), KeyedPick.From(left, key)));
        Assert.All(left, endpoint => Assert.Equal(moved.Length / 4.0, moved.Count(key => KeyedPick.From(left, key) == endpoint), moved.Length / 10.0));
    }

    [Fact]
    public void One_that_was_tried_comes_last()
    {
        FakeEndpoint[] endpoints = Make(1, 1, 1);
        ulong key = StableHash.Of("key");
        FakeEndpoint first = KeyedPick.From(endpoints, key)!;

        FakeEndpoint second = KeyedPick.From(endpoints, key, [first])!;

        Assert.NotSame(first, second);
        Assert.Same(second, KeyedPick.From([.. endpoints.Where(endpoint => endpoint != first)], key));
        Assert.Same(first, KeyedPick.From(endpoints, key, endpoints));
        Assert.Null(KeyedPick.From<FakeEndpoint>([], key));
    }

    private static IEnumerable<ulong> Hashes() => Enumerable.Range(0, Keys).Select(key => StableHash.Of($"key-{key}"));

    private static FakeEndpoint[] Make(params int[] weights) =>
        [.. weights.Select((weight, index) => new FakeEndpoint(s_clock, weight, hash: StableHash.Of($"10.0.0.{index}:80")))];
}
