namespace Mesh.Model.Documents;

/// <summary>The settings of <c>HealthCheck</c>.</summary>
internal static class HealthCheckSchema
{
    public static Section<HealthCheckSettings> Section { get; } = new(new HealthCheckSettings())
    {
        {
            "Http", "A GET that must be answered.",
            new Section<HealthCheckSettings>(new HealthCheckSettings(), [Rule.AtLeastOne("Path")])
            {
                { "Path", "What is asked for.", Texts.Path, h => h.HttpPath, (h, v) => h with { HttpPath = v } },
                {
                    "StatusCodes", "The answers of an endpoint that is well.",
                    new ListOf<int>(Numbers.Status), h => h.StatusCodes, (h, v) => h with { StatusCodes = v }
                },
            },
            h => h, (_, v) => v
        },
        { "Interval", "The time between two questions.", Durations.Any, h => h.Interval, (h, v) => h with { Interval = v } },
        { "Timeout", "How long the answer may take.", Durations.Any, h => h.Timeout, (h, v) => h with { Timeout = v } },
        {
            "HealthyThreshold", "Good answers in a row that bring an endpoint back.",
            Numbers.Whole(1, 1000), h => h.HealthyThreshold, (h, v) => h with { HealthyThreshold = v }
        },
        {
            "UnhealthyThreshold", "Bad answers in a row that take it out.",
            Numbers.Whole(1, 1000), h => h.UnhealthyThreshold, (h, v) => h with { UnhealthyThreshold = v }
        },
    };
}
