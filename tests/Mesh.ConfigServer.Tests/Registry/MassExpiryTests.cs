using Mesh.ConfigServer.Registry;

namespace Mesh.ConfigServer.Tests.Registry;

public sealed class MassExpiryTests : IDisposable
{
    private static readonly string[] s_five = ["1", "2", "3", "4", "5"];

    private readonly RegistryBench _bench = new();

    public MassExpiryTests() => Array.ForEach(s_five, instance => _bench.Register(instance));

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Two_of_five_are_given_up_at_once()
    {
        _bench.Pass(16, heard: ["1", "2", "3"]);
        Assert.Equal("1 Ready, 2 Ready, 3 Ready", _bench.InstancesOf());
    }

    [Fact]
    public void Three_of_five_are_kept_for_a_minute()
    {
        _bench.Pass(16, heard: ["1", "2"]);
        Assert.Equal("1 Ready, 2 Ready, 3 Held, 4 Held, 5 Held", _bench.InstancesOf());

        // Two would not stand what five did.
        Assert.Equal("10.0.0.1:80 10.0.0.2:80 10.0.0.3:80 10.0.0.4:80 10.0.0.5:80", _bench.Seen());
        Assert.Empty(_bench.Stopped);

        _bench.Pass(58, heard: ["1", "2"]);
        Assert.Equal("1 Ready, 2 Ready, 3 Held, 4 Held, 5 Held", _bench.InstancesOf());
        _bench.Pass(3, heard: ["1", "2"]);
        Assert.Equal("1 Ready, 2 Ready", _bench.InstancesOf());
        Assert.Equal(["3", "4", "5"], _bench.Stopped);
    }

    [Fact]
    public void One_that_is_heard_again_is_ready_and_the_others_have_their_minute()
    {
        _bench.Pass(16, heard: ["1", "2"]);
        _bench.Pass(1, heard: ["1", "2", "3"]);
        _bench.Settle();
        Assert.Equal("1 Ready, 2 Ready, 3 Ready, 4 Held, 5 Held", _bench.InstancesOf());
        Assert.Equal("10.0.0.1:80 10.0.0.2:80 10.0.0.3:80 10.0.0.4:80/1 10.0.0.5:80/1", _bench.Seen());
        _bench.Pass(57, heard: ["1", "2", "3"]);
        Assert.Equal("1 Ready, 2 Ready, 3 Ready, 4 Held, 5 Held", _bench.InstancesOf());
        _bench.Pass(4, heard: ["1", "2", "3"]);
        Assert.Equal("1 Ready, 2 Ready, 3 Ready", _bench.InstancesOf());
    }

    [Fact]
    public void One_that_registers_anew_on_its_stream_is_heard()
    {
        Lease lease = _bench.Register("3", epoch: 2);
        _bench.Pass(16, heard: ["1", "2"]);
        _bench.Registry.Register(RegistryBench.Of("3", epoch: 2), lease, () => { });
        Assert.Equal("1 Ready, 2 Ready, 3 Ready, 4 Held, 5 Held", _bench.InstancesOf());
    }

    [Fact]
    public void The_first_of_a_trickle_is_held_too()
    {
        foreach (string instance in s_five.Reverse())
        {
            _bench.Cut(instance);
            _bench.Pass(2, [.. s_five.TakeWhile(other => other != instance)]);
        }

        Assert.Equal("1 Silent, 2 Silent, 3 Silent, 4 Silent, 5 Silent", _bench.InstancesOf());
        _bench.Pass(5);
        Assert.Equal("1 Silent, 2 Silent, 3 Silent, 4 Silent, 5 Held", _bench.InstancesOf());
    }

    [Fact]
    public void Newcomers_and_withdrawals_count_at_once_while_others_are_held()
    {
        _bench.Pass(16, heard: ["1", "2"]);
        Lease newcomer = _bench.Register("6");
        _bench.Settle();
        Assert.StartsWith("10.0.0.1:80 10.0.0.2:80 10.0.0.6:80 ", _bench.Seen(), StringComparison.Ordinal);
        Assert.EndsWith(" 10.0.0.5:80/1", _bench.Seen(), StringComparison.Ordinal);
        _bench.Registry.Withdraw(newcomer);
        _bench.Settle();
        Assert.DoesNotContain("10.0.0.6:80", _bench.Seen(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_of_four_loses_whom_it_loses()
    {
        _bench.Registry.Withdraw(_bench.Register("5", epoch: 2));
        _bench.Pass(16, heard: ["1"]);
        Assert.Equal("1 Ready", _bench.InstancesOf());
    }
}
