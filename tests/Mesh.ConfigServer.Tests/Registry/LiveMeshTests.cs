using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.Model;

namespace Mesh.ConfigServer.Tests.Registry;

public sealed class LiveMeshTests : IDisposable
{
    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Registered_endpoints_join_those_of_the_document_whose_word_holds()
    {
        _bench.Documents.Set("a.default", new MeshService
        {
            Name = "a.default",
            Endpoints = [new MeshEndpoint { Host = "10.0.0.1", Port = 80, Version = "document" }, new MeshEndpoint { Host = "10.0.0.9", Port = 80, Priority = 2 }],
        });
        _bench.Register("1");
        _bench.Register("2");
        _bench.Registry.SetHealth(_bench.Register("3").Registration, isHealthy: false);
        _bench.Settle();
        Assert.Equal("10.0.0.1:80 10.0.0.9:80/2 10.0.0.2:80 10.0.0.3:80/3", _bench.Seen());
        Assert.Equal("document", _bench.Live.Current.Services["a.default"].Endpoints!.Value[0].Version);
    }

    [Fact]
    public void The_documents_endpoints_count_among_those_that_stand_it()
    {
        _bench.Documents.Set("a.default", new MeshService { Name = "a.default", Endpoints = [new MeshEndpoint { Host = "10.0.0.9", Port = 80 }] });
        _bench.Registry.SetHealth(_bench.Register("1").Registration, isHealthy: false);
        _bench.Settle();
        Assert.Equal("10.0.0.9:80 10.0.0.1:80/1", _bench.Seen());
        _bench.Registry.SetHealth(_bench.Register("2").Registration, isHealthy: false);
        _bench.Settle();
        Assert.Equal("10.0.0.9:80 10.0.0.1:80 10.0.0.2:80", _bench.Seen());
    }

    [Fact]
    public void A_service_without_a_document_has_the_meshs_defaults_and_is_known_for_an_hour_more()
    {
        _bench.Documents.Publish(state => state with { Defaults = new MeshService { RetryBudget = new RetryBudgetSettings { Percent = 7 } } });
        Lease lease = _bench.Register("1");
        Assert.Equal(7, (int)_bench.Live.Current.Services["a.default"].RetryBudget.Percent);
        Assert.Equal("a.default", _bench.Live.Current.Services["a.default"].Name);

        _bench.Documents.Publish(state => state with { Defaults = new MeshService { RetryBudget = new RetryBudgetSettings { Percent = 8 } } });
        Assert.Equal(8, (int)_bench.Live.Current.Services["a.default"].RetryBudget.Percent);

        _bench.Registry.Withdraw(lease);
        _bench.Pass(59 * 60);
        Assert.Equal("", _bench.Seen());
        _bench.Pass(2 * 60);
        Assert.Null(_bench.Seen());
        Assert.Empty(_bench.Registry.Names());
    }

    [Fact]
    public void A_document_that_does_not_say_where_the_service_runs_leaves_that_open_until_somebody_registers()
    {
        _bench.Documents.Set("a.default=a.default", "b.default=b.default");
        MeshService other = _bench.Documents.Current.Services["b.default"];
        Assert.Equal("elsewhere", _bench.Seen());
        _bench.Register("1");
        Assert.Equal("10.0.0.1:80", _bench.Seen());
        Assert.Same(other, _bench.Live.Current.Services["b.default"]);

        _bench.Documents.Delete("a.default");
        Assert.Equal("10.0.0.1:80", _bench.Seen());
        Assert.Equal(_bench.Documents.Current.Generation, _bench.Live.Current.Generation);
    }

    [Fact]
    public void What_stays_as_it_is_stays_the_same_object()
    {
        _bench.Register("1");
        MeshService before = _bench.Live.Current.Services["a.default"];
        int states = _bench.States.Count;
        _bench.Cut("1");
        _bench.Register("1", epoch: 2);
        _bench.Settle();
        _bench.Documents.Set("b.default=1");
        Assert.Same(before, _bench.Live.Current.Services["a.default"]);
        Assert.Equal(states + 1, _bench.States.Count);
    }

    [Fact]
    public void The_first_change_goes_out_at_once_and_those_of_the_next_moment_together()
    {
        int quiet = _bench.States.Count;
        _bench.Register("1");
        Assert.Equal(quiet + 1, _bench.States.Count);
        MeshState first = _bench.States[^1];
        Assert.Equal(["a.default"], first.ChangedServices);
        for (int i = 2; i < 50; i++)
        {
            _bench.Register($"{i}", i % 2 == 0 ? "a.default" : "b.default");
        }

        Assert.Equal(quiet + 1, _bench.States.Count);
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(quiet + 2, _bench.States.Count);
        Assert.Equal(first.Step + 1, _bench.States[^1].Step);
        Assert.Equal(["a.default", "b.default"], _bench.States[^1].ChangedServices.Order());

        // After a quiet moment the next goes out at once again.
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(100));
        _bench.Register("60");
        Assert.Equal(quiet + 3, _bench.States.Count);
    }

    [Fact]
    public async Task Who_withdraws_waits_a_moment_for_others_that_do()
    {
        Lease[] leases = [.. Enumerable.Range(0, 100).Select(i => _bench.Register($"{i}", address: $"10.1.0.{i}:80"))];
        _bench.Settle();
        _bench.Settle();
        int before = _bench.States.Count;
        Task<long>[] shown = new Task<long>[100];
        for (int i = 0; i < 100; i++)
        {
            Assert.True(_bench.Registry.Withdraw(leases[i]).IsCompleted);
            shown[i] = _bench.Live.ShowAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(shown[0].IsCompleted);
        Assert.Equal(before + 1, _bench.States.Count);
        Assert.False(shown[1].IsCompleted);
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(before + 2, _bench.States.Count);
        Assert.All(await Task.WhenAll(shown[1..]).InTime(), step => Assert.Equal(_bench.States[^1].Step, step));
        Assert.Equal("", RegistryBench.Text(_bench.States[^1]));
    }

    [Fact]
    public void A_process_that_says_the_same_again_changes_nothing_whatever_its_labels()
    {
        Register("1", 1, "a");
        _bench.Settle();
        MeshService before = _bench.Live.Current.Services["a.default"];
        Register("1", 2, "a");
        _bench.Settle();
        Assert.Same(before, _bench.Live.Current.Services["a.default"]);
        Register("1", 3, "b");
        _bench.Settle();
        Assert.Equal("b", _bench.Live.Current.Services["a.default"].Endpoints!.Value.Single().Labels["tier"]);

        void Register(string instance, long epoch, string label)
        {
            Registration plain = RegistryBench.Of(instance, epoch: epoch);
            _bench.Register(plain with { Endpoints = [plain.Endpoints[0] with { Labels = Maps.Empty.Add("tier", label) }] });
        }
    }

    [Fact]
    public void What_is_called_last_stays_the_same_object_too()
    {
        Lease first = _bench.Register("1");
        _bench.Register("2");
        _bench.Registry.SetHealth(first.Registration, isHealthy: false);
        _bench.Settle();
        MeshEndpoint last = _bench.Live.Current.Services["a.default"].Endpoints!.Value[1];
        _bench.Register("3");
        _bench.Settle();
        Assert.Equal("10.0.0.2:80 10.0.0.3:80 10.0.0.1:80/1", _bench.Seen());
        Assert.Same(last, _bench.Live.Current.Services["a.default"].Endpoints!.Value[2]);
    }

    [Fact]
    public void A_cut_between_server_and_services_leaves_all_of_them_their_share()
    {
        Lease[] leases = [.. Enumerable.Range(1, 10).Select(i => _bench.Register($"{i}"))];
        List<int> usual = [];
        for (int held = 0; held < 10; held++)
        {
            _bench.Registry.SetHealth(leases[held].Registration, isHealthy: false);
            _bench.Settle();
            usual.Add(_bench.Live.Current.Services["a.default"].Endpoints!.Value.Count(endpoint => endpoint.Priority == 0));
        }

        Assert.Equal([9, 8, 7, 6, 5, 10, 10, 10, 10, 10], usual);
    }

    [Fact]
    public void A_document_takes_its_host_from_those_who_have_registered_by_that_name()
    {
        _bench.Register("1");
        _bench.Register("2", "a.other");
        _bench.Settle();
        _bench.Documents.Set("shop.default=1");
        _bench.Documents.SetHost("a", "shop.default");
        Assert.Equal((null, "10.0.0.2:80"), (_bench.Seen(), _bench.Seen("a.other")));
        _bench.Register("3");
        _bench.Settle();
        Assert.Null(_bench.Seen());
    }

    [Fact]
    public void Services_that_flap_cost_ten_states_a_second_at_most()
    {
        const int Services = 500;
        Lease?[] leases = new Lease?[Services];
        int before = _bench.States.Count;
        for (int half = 0; half < 10; half++)
        {
            for (int i = 0; i < Services; i++)
            {
                if (half % 2 == 0)
                {
                    leases[i] = _bench.Register($"{i}", $"s{i}.default", $"10.1.{i / 250}.{i % 250}:80", half + 1);
                }
                else
                {
                    _bench.Registry.Withdraw(leases[i]!);
                }

                _bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        // 5 s of it.
        Assert.InRange(_bench.States.Count - before, 40, 51);
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.All(Enumerable.Range(0, Services), i => Assert.Equal("", _bench.Seen($"s{i}.default")));
    }

    [Fact]
    public void After_a_restart_nobody_is_given_up_and_nothing_is_said_not_to_exist_for_a_while()
    {
        using RegistryBench bench = new([.. Enumerable.Range(1, 5).Select(i => RegistryBench.Of($"{i}"))]);
        Assert.True(bench.Live.Current.IsRecovering);
        Assert.Equal("1 Restored, 2 Restored, 3 Restored, 4 Restored, 5 Restored", bench.InstancesOf());
        Assert.Equal("10.0.0.1:80 10.0.0.2:80 10.0.0.3:80 10.0.0.4:80 10.0.0.5:80", bench.Seen());
        foreach (string instance in (string[])["1", "2", "3"])
        {
            bench.Register(instance, epoch: 2);
        }

        bench.Pass(29, heard: ["1", "2", "3"]);
        Assert.True(bench.Live.Current.IsRecovering);
        Assert.Equal("1 Ready, 2 Ready, 3 Ready, 4 Restored, 5 Restored", bench.InstancesOf());
        bench.Documents.Set("b.default=1");
        Assert.True(bench.Live.Current.IsRecovering);

        bench.Pass(3, heard: ["1", "2", "3"]);
        Assert.False(bench.Live.Current.IsRecovering);
        Assert.False(bench.States[^1].IsRecovering);
        Assert.Equal("10.0.0.1:80 10.0.0.2:80 10.0.0.3:80", bench.Seen());
    }

    [Theory]
    [InlineData(10, "Restored", "10.0.0.1:80 10.0.0.2:80 10.0.0.3:80 10.0.0.4:80")]
    [InlineData(11, "Held", "10.0.0.1:80 10.0.0.2:80 10.0.0.3:80/1 10.0.0.4:80/1")]
    public void What_was_known_before_a_long_absence_is_called_last_until_it_is_heard(int minutes, string state, string seen)
    {
        using RegistryBench bench = new([.. Enumerable.Range(1, 4).Select(i => RegistryBench.Of($"{i}"))], absence: TimeSpan.FromMinutes(minutes));
        Assert.Equal($"1 {state}, 2 {state}, 3 {state}, 4 {state}", bench.InstancesOf());
        Assert.Equal("10.0.0.1:80 10.0.0.2:80 10.0.0.3:80 10.0.0.4:80", bench.Seen());
        bench.Register("1", epoch: 2);
        bench.Register("2", epoch: 2);
        bench.Pass(29, heard: ["1", "2"]);
        Assert.Equal($"1 Ready, 2 Ready, 3 {state}, 4 {state}", bench.InstancesOf());
        Assert.Equal(seen, bench.Seen());

        // And is given up as ever.
        bench.Pass(3, heard: ["1", "2"]);
        Assert.Equal("10.0.0.1:80 10.0.0.2:80", bench.Seen());
        Assert.Equal(minutes > 10 ? ["4 00:11:00"] : [], bench.Logs.GetSnapshot().Where(line => line.Id.Id == 169)
            .Select(line => $"{line.GetStructuredStateValue("Count")} {line.GetStructuredStateValue("Absence")}"));
    }

    [Fact]
    public void A_withdrawal_counts_during_the_grace_too()
    {
        using RegistryBench bench = new([RegistryBench.Of("1"), RegistryBench.Of("2")]);
        bench.Registry.Withdraw(bench.Register("1", epoch: 2));
        bench.Settle();
        Assert.Equal("10.0.0.2:80", bench.Seen());
    }
}
