using Grpc.Core;
using Mesh.ConfigServer.Registry;

namespace Mesh.ConfigServer.Tests.Registry;

public sealed class MeshRegistryTests : IDisposable
{
    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Who_says_that_it_is_alive_stays_and_who_is_silent_is_given_up()
    {
        _bench.Register("1");
        _bench.Register("2");
        _bench.Pass(14, heard: ["1"]);
        Assert.Equal("1 Ready, 2 Silent", _bench.InstancesOf());
        Assert.Equal("10.0.0.1:80 10.0.0.2:80", _bench.Seen());

        _bench.Pass(2, heard: ["1"]);
        Assert.Equal("1 Ready", _bench.InstancesOf());
        Assert.Equal("10.0.0.1:80", _bench.Seen());
        Assert.Equal(["2"], _bench.Stopped);
        Assert.Contains("-a.default/2 1", _bench.Kept.Done);
    }

    [Fact]
    public void A_stream_that_is_cut_ends_nothing_before_the_time_is_over()
    {
        Lease lease = _bench.Register("1");
        _bench.Pass(3);
        Assert.Equal("1 Ready", _bench.InstancesOf());
        _bench.Cut("1");
        Assert.Equal("1 Silent", _bench.InstancesOf());
        _bench.Pass(11);
        Assert.Equal("10.0.0.1:80", _bench.Seen());
        _bench.Pass(2);
        Assert.Equal("", _bench.Seen());
        Assert.False(_bench.Registry.KeepAlive(lease));
    }

    [Fact]
    public void A_clock_that_jumps_expires_nobody()
    {
        _bench.Register("1");
        _bench.Clock.Jump = TimeSpan.FromDays(1);
        _bench.Pass(4);
        Assert.Equal("1 Ready", _bench.InstancesOf());
    }

    [Fact]
    public void A_server_that_was_stopped_for_a_while_hears_its_processes_first()
    {
        _bench.Register("1");
        _bench.Register("2");
        _bench.Pass(1, heard: ["1", "2"]);
        _bench.Clock.Stall = TimeSpan.FromMinutes(1);
        _bench.Pass(4);
        Assert.Equal("1 Silent, 2 Silent", _bench.InstancesOf());
        _bench.Pass(3, heard: ["1"]);
        Assert.Equal("1 Ready", _bench.InstancesOf());
    }

    [Fact]
    public void Of_two_with_one_instance_the_higher_epoch_holds()
    {
        _bench.Register("1", epoch: 5);
        Assert.Equal(StatusCode.Aborted, Refusal(() => _bench.Register(RegistryBench.Of("1", epoch: 5) with { Peer = "10.0.0.99" })));
        Assert.Equal(StatusCode.Aborted, Refusal(() => _bench.Register("1", epoch: 4)));
        Assert.Empty(_bench.Stopped);

        _bench.Register("1", epoch: 6);
        Assert.Equal(["1"], _bench.Stopped);
        _bench.Cut("1");
        Assert.Equal(StatusCode.Aborted, Refusal(() => _bench.Register("1", epoch: 5)));
        _bench.Register("1", epoch: 6);
        Assert.Equal("1 Ready", _bench.InstancesOf());
    }

    [Fact]
    public void What_comes_late_for_a_lease_that_was_replaced_does_nothing()
    {
        Lease old = _bench.Register("1", epoch: 1);
        Lease now = _bench.Register("1", epoch: 2);
        _bench.Registry.StreamGone(old);
        _bench.Registry.Withdraw(old);
        Assert.False(_bench.Registry.KeepAlive(old));
        _bench.Registry.SetHealth(old.Registration, isHealthy: false);
        Assert.Equal("1 Ready", _bench.InstancesOf());
        RpcException refused = Assert.Throws<RpcException>(() => _bench.Registry.Register(RegistryBench.Of("1"), old, () => { }));
        Assert.Equal(StatusCode.Aborted, refused.StatusCode);

        _bench.Registry.Withdraw(now);
        Assert.Equal("", _bench.InstancesOf());
        Assert.Equal(["+a.default/1 1", "+a.default/1 2", "-a.default/1 2"], _bench.Kept.Done);
    }

    [Fact]
    public void What_a_process_says_anew_is_seen()
    {
        Lease lease = _bench.Register("1");
        (Lease same, _) = _bench.Registry.Register(RegistryBench.Of("1", address: "10.0.0.9:81"), lease, () => { });
        Assert.Same(lease, same);
        _bench.Settle();
        Assert.Equal("10.0.0.9:81", _bench.Seen());
    }

    [Fact]
    public void One_that_is_not_well_is_called_last()
    {
        Registration one = _bench.Register("1").Registration;
        Registration two = _bench.Register("2").Registration;
        _bench.Registry.SetHealth(one, isHealthy: false);
        _bench.Settle();
        Assert.Equal("10.0.0.2:80 10.0.0.1:80/1", _bench.Seen());
        _bench.Registry.SetHealth(two, isHealthy: false);
        _bench.Settle();
        Assert.Equal("10.0.0.1:80 10.0.0.2:80", _bench.Seen());
        Assert.Equal("1 Unhealthy, 2 Unhealthy", _bench.InstancesOf());
        _bench.Registry.SetHealth(one, isHealthy: true);
        _bench.Settle();
        Assert.Equal("10.0.0.1:80 10.0.0.2:80/1", _bench.Seen());
    }

    [Fact]
    public void A_silent_one_makes_room_for_whoever_has_its_address_now()
    {
        _bench.Register("1", "a.default", "10.0.0.1:80");
        _bench.Register("2", "b.default", "10.0.0.1:80");
        Assert.Equal("1 Ready", _bench.InstancesOf("a.default"));

        _bench.Cut("1");
        _bench.Register("3", "b.default", "10.0.0.1:80");
        _bench.Settle();
        Assert.Equal(("", "10.0.0.1:80"), (_bench.Seen("a.default"), _bench.Seen("b.default")));
        Assert.Equal("2 Ready, 3 Ready", _bench.InstancesOf("b.default"));
        Assert.Contains("-a.default/1 1", _bench.Kept.Done);
    }

    [Fact]
    public void Of_two_that_live_at_one_address_the_newer_is_shown()
    {
        _bench.Register(RegistryBench.Of("1", address: "10.0.0.1:80"));
        Registration newer = RegistryBench.Of("2", address: "10.0.0.1:80");
        _bench.Register(newer with { Endpoints = [newer.Endpoints[0] with { Version = "v2" }] });
        _bench.Settle();
        Assert.Equal("v2", Assert.Single(_bench.Live.Current.Services["a.default"].Endpoints!.Value).Version);
    }

    [Fact]
    public void There_is_an_end_to_how_many_may_come()
    {
        using RegistryBench bench = new(options: new RegistryOptions { MaxRegistrations = 2 });
        bench.Register("1");
        bench.Register("2", "b.default");
        Assert.Equal(StatusCode.ResourceExhausted, Refusal(() => bench.Register("3")));

        // Those that are there may still come back.
        bench.Register("1", epoch: 2);
        bench.Registry.Withdraw(bench.Register("2", "b.default", epoch: 2));
        bench.Register("3");
    }

    [Fact]
    public void Behind_one_load_balancer_nobody_makes_room_for_others()
    {
        const string Balancer = "10.0.0.99:443";
        _bench.Register(RegistryBench.Of("1", "a.default", Balancer) with { Peer = "10.0.0.1" });
        _bench.Register(RegistryBench.Of("2", "a.default", Balancer) with { Peer = "10.0.0.2" });
        _bench.Cut("1");
        _bench.Cut("2");
        _bench.Register(RegistryBench.Of("3", "b.default", Balancer) with { Peer = "10.0.0.3" });
        Assert.Equal("1 Silent, 2 Silent", _bench.InstancesOf());
        Assert.Equal(Balancer, _bench.Seen());

        // On its own machine it is another thing.
        _bench.Register(RegistryBench.Of("4", "b.default", Balancer));
        Assert.Equal("", _bench.InstancesOf());
    }

    [Fact]
    public void What_could_not_be_kept_is_not_there_and_nothing_is_to_be_forgotten()
    {
        Lease lease = _bench.Register("1");
        _bench.Registry.Refuse(lease);
        _bench.Registry.Refuse(lease);
        _bench.Settle();
        Assert.Equal("", _bench.Seen());
        Assert.Equal(["+a.default/1 1"], _bench.Kept.Done);
    }

    [Fact]
    public void Comings_and_goings_are_counted_for_some_minutes()
    {
        for (int i = 1; i <= 3; i++)
        {
            _bench.Registry.Withdraw(_bench.Register("1", epoch: i));
        }

        _bench.Register("1", epoch: 9);
        _bench.Register("1", epoch: 10);
        RegisteredService service = _bench.Registry.Find("a.default")!;
        Assert.Equal((4, 3), (service.Comings, service.Goings));
        Assert.Equal(0, _bench.Registry.CountFlapping());
        _bench.Registry.Withdraw(_bench.Register("1", epoch: 11));
        _bench.Register("1", epoch: 12);
        Assert.Equal(1, _bench.Registry.CountFlapping());
        _bench.Pass(4 * 60, heard: ["1"]);
        Assert.Equal(4, _bench.Registry.Find("a.default")!.Goings);
        _bench.Pass(60, heard: ["1"]);
        Assert.Equal(0, _bench.Registry.Find("a.default")!.Goings);
    }

    [Fact]
    public void Where_no_service_can_be_remembered_the_one_that_is_empty_longest_is_forgotten()
    {
        using RegistryBench bench = new(options: new RegistryOptions { MaxRegistrations = 2 });
        bench.Registry.Withdraw(bench.Register("1", "a.default"));
        bench.Pass(1);
        bench.Registry.Withdraw(bench.Register("2", "b.default"));
        bench.Pass(1);
        bench.Register("3", "c.default");
        bench.Settle();
        Assert.Equal((null, "", "10.0.0.3:80"), (bench.Seen("a.default"), bench.Seen("b.default"), bench.Seen("c.default")));
    }

    [Fact]
    public void Once_the_server_is_about_to_stop_nobody_is_given_up()
    {
        _bench.Register("1");
        _bench.Registry.Stop();
        _bench.Pass(60);
        Assert.Equal("1 Silent", _bench.InstancesOf());
    }

    [Fact]
    public void A_new_registry_gives_up_whom_it_does_not_hear_and_clients_keep_what_they_had()
    {
        using RegistryBench bench = new([], new RegistryOptions { IsNew = true, GracePeriod = TimeSpan.FromMinutes(1) });
        bench.Register("1");
        bench.Pass(17);
        Assert.Equal("", bench.InstancesOf());
        Assert.True(bench.Live.Current is { IsRecovering: true, IsNew: true });
    }

    private static StatusCode Refusal(Func<object> register) => Assert.Throws<RpcException>(register).StatusCode;
}
