using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A Microsoft.Extensions.ServiceDiscovery provider whose answers the test decides, and which counts what it is asked.</summary>
internal sealed class FakeDiscovery : IServiceEndpointProviderFactory
{
    private readonly ConcurrentDictionary<string, DiscoveredName> _names = new(StringComparer.Ordinal);
    private int _live;

    /// <summary>The names that it was asked for.</summary>
    public IEnumerable<string> Asked => _names.Values.Where(name => name.Providers > 0).Select(name => name.Service).Order(StringComparer.Ordinal);

    /// <summary>Providers that were made and not disposed yet.</summary>
    public int Live => Volatile.Read(ref _live);

    public DiscoveredName this[string service] => _names.GetOrAdd(service, static service => new DiscoveredName(service));

    public void AddTo(IHostApplicationBuilder builder) => builder.Services.AddSingleton<IServiceEndpointProviderFactory>(this);

    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        DiscoveredName name = this[query.ServiceName];
        name.OnCreated();
        Interlocked.Increment(ref _live);
        provider = new Provider(name, this);
        return true;
    }

    private sealed class Provider(DiscoveredName name, FakeDiscovery owner) : IServiceEndpointProvider
    {
        public ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken) => name.PopulateAsync(endpoints, cancellationToken);

        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref owner._live);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>What the provider says of one service.</summary>
internal sealed class DiscoveredName(string service)
{
    private volatile ConfigurationReloadToken _changed = new();
    private volatile Func<IServiceEndpointBuilder, Task> _answer = static _ => Task.CompletedTask;
    private int _providers;
    private int _questions;

    public string Service => service;

    /// <summary>Providers made for it: one for each scheme that is asked for.</summary>
    public int Providers => Volatile.Read(ref _providers);

    public int Questions => Volatile.Read(ref _questions);

    /// <summary>False: the change token has to be polled.</summary>
    public bool Tells { get; set; } = true;

    /// <summary>It has these addresses from now on, written <c>127.0.0.1:5001</c> or as a URI.</summary>
    public void Have(params string[] addresses) => Answer(endpoints =>
    {
        foreach (string address in addresses)
        {
            endpoints.Endpoints.Add(ServiceEndpoint.Create(EndPointOf(address)));
        }

        return Task.CompletedTask;
    });

    /// <summary>It throws from now on.</summary>
    public void Fail(Exception failure) => Answer(_ => Task.FromException(failure));

    /// <summary>It says nothing until the result is set, and has these addresses then.</summary>
    public TaskCompletionSource Hold(params string[] addresses)
    {
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Answer(async endpoints =>
        {
            await held.Task;
            foreach (string address in addresses)
            {
                endpoints.Endpoints.Add(ServiceEndpoint.Create(EndPointOf(address)));
            }
        });
        return held;
    }

    /// <summary>It answers as the code says from now on.</summary>
    public void Answer(Func<IServiceEndpointBuilder, Task> answer)
    {
        _answer = answer;
        Interlocked.Exchange(ref _changed, new ConfigurationReloadToken()).OnReload();
    }

    public void OnCreated() => Interlocked.Increment(ref _providers);

    public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        // Taken before the answer, so that no change is lost.
        ConfigurationReloadToken changed = _changed;
        Interlocked.Increment(ref _questions);
        await _answer(endpoints).WaitAsync(cancellationToken);
        endpoints.AddChangeToken(Tells ? changed : new PolledToken(changed));
    }

    private static EndPoint EndPointOf(string address) =>
        address.Contains("://", StringComparison.Ordinal) ? new UriEndPoint(new Uri(address))
        : IPEndPoint.TryParse(address, out IPEndPoint? ip) ? ip
        : new DnsEndPoint(address.Split(':')[0], int.Parse(address.Split(':')[1], CultureInfo.InvariantCulture));

    private sealed class PolledToken(IChangeToken changed) : IChangeToken
    {
        public bool HasChanged => changed.HasChanged;

        public bool ActiveChangeCallbacks => false;

        public IDisposable RegisterChangeCallback(Action<object?> callback, object? state) => throw new NotSupportedException("It has to be polled.");
    }
}
