using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Calls;

/// <summary>A POST that the server may have processed is sent once, whatever goes wrong. The servers count.</summary>
public sealed class RetrySafetyTests
{
    private const string Eager = "\"Retry\": { \"Attempts\": 3, \"On\": [\"5xx\", \"reset\", \"gateway-error\", \"connect-failure\", \"refused-stream\", \"unavailable\"], \"StatusCodes\": [409], \"PerTryTimeout\": \"300ms\" }";

    private static readonly Uri s_catalog = new("http://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("order")]
    public Task When_the_connection_closes_after_the_request(string? body) =>
        AssertSentOnce(RawServer.StartClosing(), body);

    [Theory]
    [InlineData(null)]
    [InlineData("order")]
    public Task When_the_connection_is_reset_after_the_request(string? body) => AssertSentOnce(
        RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            connection.Reset();
        }),
        body);

    [Theory]
    [InlineData(null)]
    [InlineData("order")]
    public Task When_no_answer_comes_in_time(string? body) => AssertSentOnce(
        RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await Task.Delay(Timeout.Infinite, connection.Stopping);
        }),
        body);

    [Theory]
    [InlineData(null)]
    [InlineData("order")]
    public Task When_the_answer_is_no_http(string? body) => AssertSentOnce(RawServer.StartAnswering("rubbish\r\n\r\n"), body);

    [Theory]
    [InlineData(null)]
    [InlineData("order")]
    public Task When_the_body_of_the_answer_breaks_off(string? body) =>
        AssertSentOnce(RawServer.StartAnswering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), body);

    [Theory]
    [InlineData(null)]
    [InlineData("order")]
    public Task When_a_used_connection_closes_after_the_request(string? body) => AssertSentOnce(
        RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await connection.ReadRequestAsync();
        }),
        body,
        warmUp: true);

    [Theory]
    [InlineData(409)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task When_the_server_answers_with_an_error(int status)
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(Eager, backend.Address));

        using HttpResponseMessage response = await mesh.Client().PostAsync(s_catalog, null, Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(1, backend.Count);
    }

    private static async Task AssertSentOnce(RawServer server, string? body, bool warmUp = false)
    {
        await using RawServer _ = server;
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(Eager, server.Address));
        HttpClient client = mesh.Client();
        if (warmUp)
        {
            using HttpResponseMessage first = await client.GetAsync(s_catalog, Cancel);
        }

        using StringContent? content = body is null ? null : new StringContent(body);
        Exception? failure = await Record.ExceptionAsync(() => client.PostAsync(s_catalog, content, Cancel));

        Assert.NotNull(failure);
        Assert.Equal(warmUp ? 2 : 1, server.Requests);
        Assert.Equal(0, mesh.InFlight());
    }
}
