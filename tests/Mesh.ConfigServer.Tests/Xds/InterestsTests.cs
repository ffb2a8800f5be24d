using System.Diagnostics.Metrics;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class InterestsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Interests _interests = new();

    [Fact]
    public void Those_are_found_whom_it_concerns_each_once()
    {
        using ClientSession one = Session();
        using ClientSession two = Session();
        one.Watch(LookupKey.Service("a"));
        one.Watch(LookupKey.Host("b"));
        two.Watch(LookupKey.Service("b"));
        Assert.Equal([one], In(LookupKey.Service("a"), LookupKey.Host("b")));
        Assert.Equal([two], In(LookupKey.Service("b")));
        Assert.Empty(In(LookupKey.Host("a"), LookupKey.Service("c")));
    }

    [Fact]
    public void Interest_lasts_until_the_last_resource_has_lost_it()
    {
        using ClientSession session = Session();
        LookupKey key = LookupKey.Service("a");
        session.Watch(key);
        session.Watch(key);
        session.Unwatch(key);
        Assert.Equal([session], In(key));
        session.Unwatch(key);
        Assert.Empty(In(key));
    }

    [Fact]
    public void Who_has_gone_is_forgotten()
    {
        ClientSession session = Session();
        session.Watch(LookupKey.Service("a"));
        session.Dispose();
        Assert.Empty(In(LookupKey.Service("a")));
    }

    public void Dispose() => _services.Dispose();

    private HashSet<ClientSession> In(params LookupKey[] keys) => _interests.In(keys);

    private ClientSession Session() => new(
        ClientNode.Parse(Bench.Node), "", StreamProtocol.Delta,
        new SessionSurroundings(_interests, new XdsOptions(), TimeProvider.System, new XdsMetrics(_services.GetRequiredService<IMeterFactory>()), NullLogger.Instance));
}
