namespace Mesh.Model.Documents;

/// <summary>The settings of a route's <c>Fault</c>.</summary>
internal static class FaultSchema
{
    public static Section<RouteFault> Section { get; } = new(new RouteFault(), [Rule.AtLeastOne("Delay", "Abort", "AllowHeaders")])
    {
        {
            "Delay", "A share of the requests waits before it is sent.",
            new Section<FaultDelay>(new FaultDelay(), [Rule.AtLeastOne("FixedDelay")])
            {
                { "FixedDelay", "How long.", Durations.Any, d => Given(d.FixedDelay), (d, v) => d with { FixedDelay = v } },
                { "Percent", "How many of the requests.", Numbers.Percent, d => d.Percent, (d, v) => d with { Percent = v } },
            },
            f => f.Delay, (f, v) => f with { Delay = v }
        },
        {
            "Abort", "A share of the requests fails instead of being sent.",
            new Section<FaultAbort>(new FaultAbort(), [Rule.ExactlyOne("StatusCode", "GrpcStatus")])
            {
                { "StatusCode", "With this HTTP status.", Numbers.AnswerStatus, a => a.StatusCode, (a, v) => a with { StatusCode = v } },
                { "GrpcStatus", "With this gRPC status.", Numbers.GrpcStatus, a => a.GrpcStatus, (a, v) => a with { GrpcStatus = v } },
                { "Percent", "How many of the requests.", Numbers.Percent, a => a.Percent, (a, v) => a with { Percent = v } },
            },
            f => f.Abort, (f, v) => f with { Abort = v }
        },
        {
            "AllowHeaders", "Whether a request may ask for trouble by headers of its own.",
            Choices.Flag, f => f.AllowHeaders, (f, v) => f with { AllowHeaders = v }
        },
    };

    private static TimeSpan? Given(TimeSpan value) => value == TimeSpan.Zero ? null : value;
}
