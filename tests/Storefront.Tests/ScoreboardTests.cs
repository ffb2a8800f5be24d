using Storefront.Probe;

namespace Storefront.Tests;

public sealed class ScoreboardTests
{
    private readonly Scoreboard _scoreboard = new();

    [Fact]
    public void Rows_show_callers_before_those_they_call_and_the_share_of_each_version()
    {
        Add("reviews", null, calls: 8);
        Add("catalog", "v2", calls: 2);
        Add("catalog", "v1", calls: 6);
        Add("web", null, calls: 8);

        Row[] rows = _scoreboard.Rows();

        Assert.Equal(
            [("web", null, 1.0), ("catalog", "v1", 0.75), ("catalog", "v2", 0.25), ("reviews", null, 1.0)],
            rows.Select(row => (row.Service, row.Version, row.Share!.Value)));
        Assert.Equal(4, rows[0].RequestsPerSecond);
    }

    [Fact]
    public void A_row_sums_what_several_callers_saw()
    {
        _scoreboard.Add(new Tally { Service = "reviews", Retries = 2 });
        _scoreboard.Add(new Tally { Service = "reviews", Retries = 1, Ejections = 1 });
        Add("reviews", null, calls: 3);
        Add("reviews", null, calls: 1, succeeded: false);

        Row row = Assert.Single(_scoreboard.Rows());

        Assert.Equal((0.75, 3L, 1L), (row.Success, row.Retries, row.Ejections));
    }

    [Fact]
    public void A_row_has_who_calls_and_whether_that_is_proven()
    {
        Add("catalog", "v1", calls: 1);
        Add("catalog", "v2", calls: 1);
        _scoreboard.AddCallers("catalog", "v1", Callers.Parse("mesh-callers web plain"));
        _scoreboard.AddCallers("catalog", "v1", Callers.Parse("mesh-callers web"));

        Row[] rows = _scoreboard.Rows();

        Assert.Equal(["plain, mTLS web", "-"], rows.Select(row => row.Cells()[2]));
    }

    [Fact]
    public void The_summary_counts_requests_at_the_front_and_retries_everywhere()
    {
        Add("web", null, calls: 1, answers: "v2");
        for (int call = 0; call < 8; call++)
        {
            Add("web", null, calls: 1, answers: "v1");
        }

        Add("web", null, calls: 1, succeeded: false);
        Add("catalog", "v1", calls: 20);
        _scoreboard.Add(new Tally { Service = "catalog", Version = "v2", Retries = 2 });
        _scoreboard.Add(new Tally { Service = "reviews", Retries = 3 });

        Assert.Equal("""{"requests":10,"failed":1,"retries":5,"split":{"v1":8,"v2":1}}""", _scoreboard.Summarize().ToJson());
    }

    [Fact]
    public void News_are_told_once()
    {
        _scoreboard.Tell(new News("catalog died"));

        Assert.Equal("catalog died", Assert.Single(_scoreboard.TakeNews()).ToString());
        Assert.Empty(_scoreboard.TakeNews());
    }

    private void Add(string service, string? version, int calls, bool succeeded = true, string? answers = null)
    {
        var tally = new Tally { Service = service, Version = version };
        for (int i = 0; i < calls; i++)
        {
            tally.AddCall(0.001, succeeded);
        }

        _scoreboard.Add(tally, answers);
    }
}
