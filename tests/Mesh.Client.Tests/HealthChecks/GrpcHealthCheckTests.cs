using Mesh.Client.HealthChecks;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.HealthChecks;

/// <summary>Endpoints that are asked by <c>HealthCheck:Grpc</c>, end to end.</summary>
public sealed class GrpcHealthCheckTests
{
    /// <summary>The answer's frame, its trailers' status, and what is wrong.</summary>
    [Theory]
    [InlineData("00000000020801", "0", null)]
    [InlineData("00000000020802", "0", "NOT_SERVING")]
    [InlineData("00000000020800", "0", "UNKNOWN")]
    [InlineData("00000000020801", "14", "UNAVAILABLE")]
    [InlineData("00000000020801", null, "no gRPC status")]
    [InlineData("", "0", "not an answer of the health service")]
    public async Task It_must_say_SERVING(string body, string? status, string? problem)
    {
        await using Backend backend = await Backend.StartAsync("one", http2: true, answer: async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(Convert.FromHexString(body));
            if (status is not null)
            {
                context.Response.AppendTrailer("grpc-status", status);
            }
        });

        Assert.Equal(problem is null ? null : $"the last health check failed: {problem}", await ReasonAsync("\"Grpc\": {}", backend));
    }

    [Theory]
    [InlineData(200, "5", "NOT_FOUND")]
    [InlineData(200, "12", "UNIMPLEMENTED")]
    [InlineData(200, "0", "not an answer of the health service")]
    [InlineData(404, null, "404")]
    public async Task An_answer_without_a_message_is_not_well(int statusCode, string? status, string problem)
    {
        await using Backend backend = await Backend.StartAsync("one", http2: true, answer: context =>
        {
            context.Response.StatusCode = statusCode;
            context.Response.ContentType = "application/grpc";
            if (status is not null)
            {
                context.Response.Headers["grpc-status"] = status;
            }

            return Task.CompletedTask;
        });

        Assert.Equal($"the last health check failed: {problem}", await ReasonAsync("\"Grpc\": {}", backend));
    }

    [Fact]
    public async Task A_server_without_the_health_service_is_not_well()
    {
        await using Backend backend = await Backend.StartGrpcAsync("pricing", new PricingService());

        Assert.Equal("the last health check failed: UNIMPLEMENTED", await ReasonAsync("\"Grpc\": {}", backend));
    }

    [Fact]
    public async Task A_server_that_does_not_speak_http2_is_not_well()
    {
        await using Backend backend = await Backend.StartAsync("one");

        Assert.NotNull(await ReasonAsync("\"Grpc\": {}", backend));
    }

    [Fact]
    public async Task The_question_is_a_call_of_the_health_service()
    {
        byte[] question = [];
        await using Backend backend = await Backend.StartAsync("one", http2: true, answer: async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            question = body.ToArray();
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(Convert.FromHexString("00000000020801"));
            context.Response.AppendTrailer("grpc-status", "0");
        });

        Assert.Null(await ReasonAsync("\"Grpc\": { \"Service\": \"a.B\" }", backend));

        SeenRequest seen = Assert.Single(backend.Requests);
        Assert.Equal(("POST", "/grpc.health.v1.Health/Check", "catalog", "HTTP/2"), (seen.Method, seen.Path, seen.Host, seen.Protocol));
        Assert.Equal(("application/grpc", "trailers"), (seen.Headers["Content-Type"], seen.Headers["TE"]));
        Assert.Equal("00000000050A03612E42", Convert.ToHexString(question));
    }

    private static async Task<string?> ReasonAsync(string check, Backend backend)
    {
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(check, backend.Address);
        await mesh.ChecksEndAsync();
        return mesh.Of(backend.Address).Reason;
    }

    [Theory]
    [InlineData("5", "NOT_FOUND")]
    [InlineData("12", "UNIMPLEMENTED")]
    [InlineData("99", "UNKNOWN")]
    [InlineData("x", "gRPC status x")]
    public void A_status_has_a_name(string status, string expected) => Assert.Equal(expected, GrpcHealthCheck.NameOf(status));
}
