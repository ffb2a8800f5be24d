using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Moment = Mesh.ConfigServer.State.MeshState;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>The state of a mesh as tests have it.</summary>
internal sealed class ChangeableState(long epoch = 1, string mesh = "") : IMeshStates
{
    private readonly Lock _gate = new();
    private readonly List<Action<Moment>> _observers = [];

    public Moment Current { get; private set; } = new()
    {
        MeshId = mesh,
        Epoch = epoch,
        Generation = 1,
        Documents = ImmutableSortedDictionary<DocumentKey, MeshDocument>.Empty,
        Services = ImmutableDictionary<string, MeshService>.Empty,
        Hosts = ImmutableDictionary<string, ImmutableArray<string>>.Empty,
    };

    public void Set(string fullName, MeshService service) => Publish(services => services[fullName] = service);

    public void Delete(string fullName) => Publish(services => services.Remove(fullName));

    public IDisposable Subscribe(Action<Moment> observer)
    {
        lock (_gate)
        {
            observer(Current);
            _observers.Add(observer);
        }

        return new Subscription(() =>
        {
            lock (_gate)
            {
                _observers.Remove(observer);
            }
        });
    }

    private void Publish(Action<Dictionary<string, MeshService>> change)
    {
        lock (_gate)
        {
            Dictionary<string, MeshService> services = new(Current.Services);
            change(services);
            Current = Current with
            {
                Generation = Current.Generation + 1,
                Services = services.ToImmutableDictionary(),
                Hosts = services.SelectMany(service => service.Value.Hosts, (service, host) => (host, service.Key))
                    .ToImmutableDictionary(pair => pair.host, pair => ImmutableArray.Create(pair.Key)),
            };
            _observers.ForEach(observer => observer(Current));
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
