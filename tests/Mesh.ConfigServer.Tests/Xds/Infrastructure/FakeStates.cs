using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.Model;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <summary>A mesh that tests change.</summary>
internal sealed class FakeStates : IMeshStates
{
    private readonly Lock _gate = new();
    private readonly List<Action<MeshState>> _observers = [];

    public FakeStates(params string[] services) => Current = Change(Empty, state => With(state, services));

    public static MeshState Empty { get; } = new()
    {
        MeshId = "shop",
        Epoch = 3,
        Generation = 0,
        Documents = ImmutableSortedDictionary<DocumentKey, MeshDocument>.Empty,
        Services = ImmutableDictionary<string, MeshService>.Empty,
        Hosts = ImmutableDictionary<string, ImmutableArray<string>>.Empty,
    };

    public MeshState Current { get; private set; }

    /// <summary>Sets services: <c>catalog.default=v1</c>. The content tells their states apart; <c>broken</c> cannot be encoded.</summary>
    public void Set(params string[] services) => Publish(state => With(state, services));

    public void Set(string name, MeshService service) =>
        Publish(state => state with
        {
            Services = state.Services.SetItem(name, service),
        });

    public void Delete(params string[] names) =>
        Publish(state => state with { Services = state.Services.RemoveRange(names) });

    public void SetHost(string host, string service) => Publish(state => WithHost(state, host, service));

    public IDisposable Subscribe(Action<MeshState> observer)
    {
        lock (_gate)
        {
            observer(Current);
            _observers.Add(observer);
        }

        return new Subscription(this, observer);
    }

    public static MeshState With(MeshState state, params string[] services)
    {
        Dictionary<string, MeshService> all = new(state.Services);
        foreach (string[] service in services.Select(text => text.Split('=')))
        {
            all[service[0]] = new MeshService { Name = service[1] };
        }

        return state with { Services = all.ToImmutableDictionary() };
    }

    /// <summary>A service that has so many endpoints.</summary>
    public static MeshState WithEndpoints(MeshState state, string name, int count) => state with
    {
        Services = new Dictionary<string, MeshService>(state.Services)
        {
            [name] = new MeshService { Name = name, Endpoints = [.. Enumerable.Range(1, count).Select(i => new MeshEndpoint { Host = $"10.0.0.{i}", Port = 80 })] },
        }.ToImmutableDictionary(),
    };

    public static MeshState WithHost(MeshState state, string host, string service) =>
        state with { Hosts = state.Hosts.SetItem(host, [service]) };

    public static MeshState Change(MeshState state, Func<MeshState, MeshState> change) =>
        change(state) with { Generation = state.Generation + 1 };

    public void Publish(Func<MeshState, MeshState> change)
    {
        lock (_gate)
        {
            Current = Change(Current, change);
            _observers.ForEach(observer => observer(Current));
        }
    }

    private sealed class Subscription(FakeStates states, Action<MeshState> observer) : IDisposable
    {
        public void Dispose()
        {
            lock (states._gate)
            {
                states._observers.Remove(observer);
            }
        }
    }
}
