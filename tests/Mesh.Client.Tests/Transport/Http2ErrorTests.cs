using System.Net;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Transport;

/// <summary>What an HTTP/2 server can say instead of an answer.</summary>
public sealed class Http2ErrorTests
{
    private const string Eager = "\"Retry\": { \"On\": [\"5xx\", \"reset\", \"refused-stream\"] }";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_refused_stream_goes_to_another_endpoint_whatever_the_method(string method)
    {
        await using RawServer refusing = Refusing();
        await using Backend backend = await Backend.StartAsync("answer", http2: true);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }", refusing.Address, backend.Address));

        for (int call = 0; call < 2; call++)
        {
            using HttpRequestMessage request = Request(method);
            using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);
            Assert.Equal("answer", await response.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Equal(2, backend.Count);
        Assert.NotEqual(0, refusing.Requests);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("\"Retry\": { \"On\": [\"connect-failure\"] }", 1)]
    public async Task A_stream_that_is_always_refused_is_told_as_that(string route, int attempts)
    {
        await using RawServer refusing = Refusing();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(route, refusing.Address));

        MeshException exception = await FailAsync(mesh);

        Assert.Equal(MeshFailureReason.Refused, exception.Reason);
        Assert.Equal(attempts, exception.Attempts);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(Http2Script.Cancel)]
    [InlineData(Http2Script.InternalError)]
    public async Task A_stream_that_is_reset_for_other_reasons_may_have_been_processed(int error)
    {
        await using RawServer resetting = RawServer.Start(async connection =>
        {
            await connection.OpenAsync();
            while (true)
            {
                await connection.ResetAsync(await connection.ReadHeadersAsync(), error);
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(Eager, resetting.Address));

        MeshException exception = await FailAsync(mesh);

        Assert.Equal(MeshFailureReason.Reset, exception.Reason);
        Assert.Equal(HttpRequestError.HttpProtocolError, exception.HttpRequestError);
        Assert.Equal(1, resetting.Requests);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_connection_that_goes_away_is_replaced_for_requests_that_it_did_not_look_at()
    {
        int connections = 0;
        await using RawServer leaving = RawServer.Start(async connection =>
        {
            bool isFirst = Interlocked.Increment(ref connections) == 1;
            await connection.OpenAsync();
            while (true)
            {
                int stream = await connection.ReadHeadersAsync();
                await (isFirst ? connection.GoAwayAsync(last: 0, error: 0) : connection.AnswerAsync(stream));
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", leaving.Address));
        using HttpRequestMessage request = Request("POST");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, leaving.Connections);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_connection_that_goes_away_in_error_may_have_processed_what_it_took()
    {
        await using RawServer leaving = RawServer.Start(async connection =>
        {
            await connection.OpenAsync();
            int stream = await connection.ReadHeadersAsync();
            await connection.GoAwayAsync(last: stream, Http2Script.InternalError);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(Eager, leaving.Address));

        MeshException exception = await FailAsync(mesh);

        Assert.Equal(MeshFailureReason.Reset, exception.Reason);
        Assert.Equal(1, leaving.Requests);
    }

    [Fact]
    public async Task Rubbish_is_a_failure_of_the_endpoint()
    {
        await using RawServer rubbish = RawServer.Start(async connection =>
        {
            await connection.Stream.ReadExactlyAsync(new byte[24], connection.Stopping);
            await connection.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n");
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", rubbish.Address));

        MeshException exception = await FailAsync(mesh);

        Assert.Equal(rubbish.Address, exception.Endpoint);
        Assert.Equal(0, mesh.InFlight());
    }

    private static RawServer Refusing() => RawServer.Start(async connection =>
    {
        await connection.OpenAsync();
        while (true)
        {
            await connection.ResetAsync(await connection.ReadHeadersAsync(), Http2Script.RefusedStream);
        }
    });

    private static async Task<MeshException> FailAsync(TestMesh mesh)
    {
        using HttpRequestMessage request = Request("POST");
        return await Assert.ThrowsAsync<MeshException>(() => mesh.Client().SendAsync(request, Cancel).InTime());
    }

    private static HttpRequestMessage Request(string method) => new(new HttpMethod(method), "http://catalog/")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
