using System.Collections.Immutable;
using Mesh.ConfigServer.Xds;
using Mesh.Model;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class EndpointHistoryTests
{
    private static readonly ImmutableArray<MeshEndpoint> s_ten = [.. Enumerable.Range(1, 10).Select(One)];

    [Fact]
    public void The_version_is_that_of_the_set_however_it_came_about()
    {
        EndpointHistory history = EndpointHistory.Begin("a.default", s_ten);
        ImmutableArray<MeshEndpoint> others = [One(11), .. s_ten[2..5], s_ten[6] with { Weight = 7 }, s_ten[9], s_ten[0]];

        Assert.Equal(EndpointHistory.Begin("a.default", others).Version, history.Next(others).Version);
        Assert.Equal(history.Version, history.Next(others).Next([.. s_ten.Reverse()]).Version);

        // Those that are read anew are others, and the same.
        Assert.Equal(history.Version, history.Next([.. s_ten.Select(endpoint => endpoint with { })]).Version);
    }

    [Fact]
    public void Many_steps_become_one()
    {
        EndpointHistory first = EndpointHistory.Begin("a.default", s_ten);
        EndpointHistory second = first.Next(s_ten.Add(One(11)).RemoveAt(3));
        EndpointHistory third = second.Next([.. s_ten[..5], s_ten[5] with { Weight = 2 }, .. s_ten[6..]]);

        Assert.Equal("+10.0.0.11 -10.0.0.4", Patch(second, first.Version));
        Assert.Equal("+10.0.0.4 +10.0.0.6 -10.0.0.11", Patch(third, first.Version));
        Assert.Equal("+10.0.0.4 +10.0.0.6 -10.0.0.11", Patch(third, second.Version));
        Assert.Null(Patch(third, third.Version));
        Assert.Null(Patch(third, "00"));
    }

    [Fact]
    public void One_that_was_there_before_is_found_where_it_was_last()
    {
        EndpointHistory first = EndpointHistory.Begin("a.default", s_ten);
        EndpointHistory again = first.Next(s_ten.Add(One(11))).Next(s_ten).Next(s_ten.Add(One(12)));

        Assert.Equal("+10.0.0.12", Patch(again, first.Version));
    }

    [Fact]
    public void What_is_read_anew_and_says_the_same_is_no_step()
    {
        EndpointHistory first = EndpointHistory.Begin("a.default", s_ten);
        EndpointHistory next = first.Next([.. s_ten.Select(endpoint => endpoint with { Weight = endpoint.Port == 80 && endpoint == s_ten[2] ? 9 : 1 })]);

        Assert.Equal("+10.0.0.3", Patch(next, first.Version));
        Assert.Equal("+10.0.0.3", Patch(next.Next([.. s_ten.Select((endpoint, i) => endpoint with { Weight = i == 2 ? 9 : 1 })]), first.Version));
    }

    [Fact]
    public void Sixty_four_steps_are_known_and_no_more()
    {
        EndpointHistory history = EndpointHistory.Begin("a.default", s_ten);
        string first = history.Version;
        for (int i = 1; i <= EndpointHistory.MostSteps; i++)
        {
            history = history.Next(s_ten.SetItem(0, s_ten[0] with { Weight = i + 1 }));
        }

        Assert.Equal("+10.0.0.1", Patch(history, first));
        history = history.Next(s_ten);
        Assert.Null(Patch(history, first));
    }

    [Fact]
    public void What_is_no_less_than_all_is_none()
    {
        EndpointHistory history = EndpointHistory.Begin("a.default", s_ten);

        Assert.Null(Patch(history.Next([.. s_ten[..9].Select(endpoint => endpoint with { Weight = 2 }), One(11)]), history.Version));
        Assert.NotNull(Patch(history.Next([.. s_ten[..9].Select(endpoint => endpoint with { Weight = 2 }), s_ten[9]]), history.Version));
        Assert.Equal("-10.0.0.1", Patch(EndpointHistory.Begin("a.default", [One(1)]).Next([]), EndpointHistory.Begin("", [One(1)]).Version));
    }

    [Fact]
    public void Many_large_steps_are_not_kept()
    {
        ImmutableArray<MeshEndpoint> many = [.. Enumerable.Range(0, 600).Select(i => One(1) with { Port = i + 1 })];
        EndpointHistory first = EndpointHistory.Begin("a.default", many);
        EndpointHistory second = first.Next([.. many.Select(endpoint => endpoint.Port == 600 ? endpoint : endpoint with { Weight = 2 })]);

        Assert.NotNull(Patch(second, first.Version));
        Assert.Null(Patch(second.Next([.. many.Select(endpoint => endpoint.Port == 600 ? endpoint : endpoint with { Weight = 3 })]), first.Version));
    }

    [Fact]
    public void Names_that_DNS_is_asked_for_are_sent_whole()
    {
        EndpointHistory first = EndpointHistory.Begin("a.default", s_ten);
        MeshEndpoint name = One(11) with { Lookup = EndpointLookup.Addresses };
        EndpointHistory with = first.Next(s_ten.Add(name));

        Assert.Null(Patch(with, first.Version));
        Assert.Null(Patch(with.Next(s_ten), with.Version));
        Assert.Equal(first.Version, with.Next(s_ten).Version);
    }

    [Fact]
    public void It_is_made_once_for_all()
    {
        EndpointHistory first = EndpointHistory.Begin("a.default", s_ten);
        EndpointHistory second = first.Next(s_ten.Add(One(11)));
        XdsBody body = new(new Resource());

        Assert.Same(body, second.PatchFrom(first.Version, _ => body));
        Assert.Same(body, second.PatchFrom(first.Version, _ => new(new Resource())));
    }

    private static MeshEndpoint One(int last) => new() { Host = $"10.0.0.{last}", Port = 80 };

    private static string? Patch(EndpointHistory history, string from)
    {
        XdsBody? body = history.PatchFrom(from, bytes => new(new Resource { Name = bytes.ToBase64() }));
        if (body is null)
        {
            return null;
        }

        MeshEndpointsPatch message = MeshEndpointsPatch.Parser.ParseFrom(Convert.FromBase64String(body.Message.Name));
        XdsEndpointsPatch patch = EndpointsPatchCodec.Decode(message).Value!;
        Assert.Equal(("a.default", from), (patch.Name, patch.BaseVersion));
        return string.Join(
            ' ', patch.Changed.Select(changed => "+" + changed.Host).Concat(patch.Removed.Select(removed => "-" + removed.Host)).Order(StringComparer.Ordinal));
    }
}
