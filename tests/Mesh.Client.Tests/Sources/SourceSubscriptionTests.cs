using Mesh.Client.Sources;
using Mesh.Model;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Sources;

public sealed class SourceSubscriptionTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<ServiceAnswer> _answers = [];

    [Fact]
    public void An_authority_is_asked_at_once_whatever_those_before_it_have_yet_to_say()
    {
        Source settings = new("settings") { First = new SourceAnswer { Endpoints = [], IsPartial = true } };
        Source authority = new("authority") { IsAuthority = true };
        using SourceSubscription subscription = new("catalog", [settings, authority], _time, _answers.Add);

        authority.Say(new SourceAnswer { Rules = new MeshService(), Endpoints = [] });

        Assert.Equal("authority", Assert.Single(_answers).EndpointsFrom);
    }

    [Fact]
    public void One_that_is_overridden_is_not_asked()
    {
        Source settings = new("settings") { First = new SourceAnswer { Rules = new MeshService(), Endpoints = [], IsOverriding = true } };
        Source authority = new("authority") { IsAuthority = true };
        using SourceSubscription subscription = new("catalog", [settings, authority], _time, _answers.Add);

        Assert.Null(authority.Observer);
        Assert.Equal("settings", _answers[^1].EndpointsFrom);
    }

    [Fact]
    public void Each_source_has_its_own_time()
    {
        Source settings = new("settings") { First = new SourceAnswer { Endpoints = [], IsPartial = true }, Patience = TimeSpan.FromSeconds(5) };
        Source authority = new("authority") { IsAuthority = true, Patience = TimeSpan.FromSeconds(1) };
        using SourceSubscription subscription = new("catalog", [settings, authority], _time, _answers.Add);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_answers);

        _time.Advance(TimeSpan.FromSeconds(4));
        ServiceAnswer answer = Assert.Single(_answers);
        Assert.Equal(("settings", "authority"), (answer.EndpointsFrom, answer.SilentAuthority));
    }

    private sealed class Source(string name) : IMeshSource
    {
        public string Name => name;

        public bool IsAuthority { get; init; }

        public TimeSpan Patience { get; init; } = SourceSubscription.SilenceLimit;

        public SourceAnswer? First { get; init; }

        public Action<SourceAnswer>? Observer { get; private set; }

        public void Say(SourceAnswer answer) => Observer!(answer);

        public IDisposable Follow(string service, Action<SourceAnswer> observer)
        {
            Observer = observer;
            if (First is not null)
            {
                observer(First);
            }

            return new MemoryStream();
        }
    }
}
