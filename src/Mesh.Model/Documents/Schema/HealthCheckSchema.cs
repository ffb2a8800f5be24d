namespace Mesh.Model.Documents;

/// <summary>The settings of <c>HealthCheck</c>.</summary>
internal static class HealthCheckSchema
{
    public static Section<HealthCheckSettings> Section { get; } = new(
        new HealthCheckSettings(),
        [Rule.AtMostOne("Http", "Grpc", "Tcp") with { CountsEmpty = true }],
        [
            new(
                ["Http", "Grpc", "Tcp"],
                "One of them is given, here or in Defaults.",
                h => h.HttpPath is null && h.GrpcService is null && !h.Tcp ? "It does not say what is asked: give Http, Grpc, or true for Tcp." : null),
        ])
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
            h => h, (_, v) => v with { GrpcService = null, Tcp = false }
        },
        {
            "Grpc", "A call of gRPC's health service, which must say SERVING.",
            new Section<string>("")
            {
                { "Service", "The full name of the service that is asked for. Not given: the server as a whole.", Texts.Line, name => name, (_, v) => v },
            },
            h => h.GrpcService, (h, v) => h with { GrpcService = v, HttpPath = null, Tcp = false }
        },
        {
            "Tcp", "Whether a connection is opened, and closed again.",
            Choices.Flag, h => h.Tcp, (h, v) => v ? h with { Tcp = v, HttpPath = null, GrpcService = null } : h with { Tcp = v }
        },
        { "Interval", "The time between two questions, give or take a tenth.", Durations.Any, h => h.Interval, (h, v) => h with { Interval = v } },
        { "Timeout", "How long the answer may take.", Durations.Any, h => h.Timeout, (h, v) => h with { Timeout = v } },
        {
            "HealthyThreshold", "Good answers in a row that bring an endpoint back. The first of all decides alone.",
            Numbers.Whole(1, 1000), h => h.HealthyThreshold, (h, v) => h with { HealthyThreshold = v }
        },
        {
            "UnhealthyThreshold", "Bad answers in a row that take it out. The first of all decides alone.",
            Numbers.Whole(1, 1000), h => h.UnhealthyThreshold, (h, v) => h with { UnhealthyThreshold = v }
        },
    };
}
