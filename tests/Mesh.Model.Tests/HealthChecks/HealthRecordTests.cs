using Mesh.Model.HealthChecks;

namespace Mesh.Model.Tests.HealthChecks;

public sealed class HealthRecordTests
{
    /// <summary>Good and bad answers, and what the endpoint is taken for after each.</summary>
    [Theory]
    [InlineData(1, 3, "+++", "+++")]
    [InlineData(1, 3, "+---", "+++-")]
    [InlineData(1, 3, "+--+--+---", "+++++++++-")]
    [InlineData(1, 3, "-", "-")]
    [InlineData(1, 3, "-+", "-+")]
    [InlineData(1, 3, "-+---", "-+++-")]
    [InlineData(2, 1, "+-++", "+--+")]
    [InlineData(3, 2, "+--++-+++-", "++-----" + "-++")]
    [InlineData(2, 2, "-+", "--")]
    [InlineData(1, 1, "+-+-", "+-+-")]
    public void Thresholds_count_answers_in_a_row_and_the_first_decides_alone(int healthy, int unhealthy, string answers, string expected)
    {
        HealthRecord record = new(new HealthCheckSettings { HealthyThreshold = healthy, UnhealthyThreshold = unhealthy }, reason: null);
        bool wasWell = true;
        string states = "";
        foreach (char answer in answers)
        {
            bool isChange = record.Take(answer == '+' ? null : "503");
            Assert.Equal(wasWell != record.IsWell, isChange);
            wasWell = record.IsWell;
            states += wasWell ? '+' : '-';
        }

        Assert.Equal(expected, states);
    }

    [Fact]
    public void The_reason_says_how_often_in_a_row_and_what_was_wrong_last()
    {
        HealthRecord record = new(new HealthCheckSettings { HealthyThreshold = 2, UnhealthyThreshold = 2 }, reason: null);
        record.Take(null);
        record.Take("500");
        Assert.Null(record.Reason);

        record.Take("503");
        Assert.Equal("the last 2 health checks failed: 503", record.Reason);
        record.Take("connection refused");
        Assert.Equal("the last 3 health checks failed: connection refused", record.Reason);
        record.Take(null);
        record.Take("500");
        Assert.Equal("the last health check failed: 500", record.Reason);
        record.Take(null);
        record.Take(null);
        Assert.Null(record.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_thought_before_holds_until_the_first_answer(bool isWell)
    {
        HealthRecord record = new(new HealthCheckSettings { HealthyThreshold = 5, UnhealthyThreshold = 5 }, reason: "it was so before");
        Assert.Equal((false, "it was so before"), (record.IsWell, record.Reason));

        record.Take(isWell ? null : "503");
        Assert.Equal((isWell, isWell ? null : "the last health check failed: 503"), (record.IsWell, record.Reason));
    }
}
