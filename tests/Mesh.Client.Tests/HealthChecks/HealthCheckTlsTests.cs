using System.Text.Json;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Client.Transport.Tls;

namespace Mesh.Client.Tests.HealthChecks;

/// <summary>Endpoints with <c>Tls</c> are asked as they are called: over TLS, with the service's authorities as they are now.</summary>
public sealed class HealthCheckTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new("stranger");
    private readonly PemFolder _files = new();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData("\"Http\": { \"Path\": \"/healthz\" }", "/healthz")]
    [InlineData("\"Grpc\": {}", "/grpc.health.v1.Health/Check")]
    public async Task An_endpoint_is_asked_over_TLS(string check, string path)
    {
        await using Backend backend = await SecureAsync(_authority);
        await using CheckedMesh mesh = await StartAsync(check, backend);
        await mesh.ChecksEndAsync();

        Assert.Equal((EndpointState.Ready, null), mesh.Of(backend.Address));
        SeenRequest seen = Assert.Single(backend.Requests);
        Assert.Equal((path, "catalog", "HTTP/2"), (seen.Path, seen.Host, seen.Protocol));
    }

    [Fact]
    public async Task One_with_a_certificate_of_another_authority_is_not_well()
    {
        await using Backend backend = await SecureAsync(_stranger);
        await using CheckedMesh mesh = await StartAsync("\"Http\": { \"Path\": \"/healthz\" }", backend);
        await mesh.ChecksEndAsync();

        (EndpointState state, string? reason) = mesh.Of(backend.Address);
        Assert.Equal(EndpointState.Unhealthy, state);
        Assert.StartsWith($"the last health check failed: TLS with {backend.Address} failed. Its certificate is refused: ", reason, StringComparison.Ordinal);
        Assert.Equal(0, backend.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task New_authorities_hold_for_the_next_question_which_is_asked_at_once(bool wasWell)
    {
        await using Backend backend = await SecureAsync(wasWell ? _authority : _stranger);
        await using CheckedMesh mesh = await StartAsync("\"Http\": { \"Path\": \"/healthz\" }", backend);
        await mesh.ChecksEndAsync();
        Assert.Equal(wasWell ? EndpointState.Ready : EndpointState.Unhealthy, mesh.Of(backend.Address).State);

        _files.Write("ca.pem", _stranger.Pem);
        mesh.Time.Advance(CertificateFiles.Interval);
        await mesh.ChecksEndAsync();

        Assert.Equal(wasWell ? EndpointState.Unhealthy : EndpointState.Ready, mesh.Of(backend.Address).State);
        Assert.Equal(1, backend.Count);
    }

    // What it answers is good for both kinds of checks: a gRPC message that says SERVING.
    private static Task<Backend> SecureAsync(TestAuthority authority) => Backend.StartAsync(
        "secure",
        async context =>
        {
            context.Response.Headers["grpc-status"] = context.Request.IsHttps ? "0" : "2";
            context.Response.StatusCode = context.Request.IsHttps ? 200 : 400;
            await context.Response.Body.WriteAsync((byte[])[0, 0, 0, 0, 2, 8, 1]);
        },
        http2: true,
        tls: true,
        certificate: authority.Issue("catalog"));

    /// <summary>One endpoint with <c>Tls</c>, whose service trusts the authority; the stranger is trusted once its file says so.</summary>
    private Task<CheckedMesh> StartAsync(string check, Backend backend) => CheckedMesh.StartWithAsync(Rules.Services(("catalog",
        $$"""
        {{CheckedMesh.Service(check)}}, "Tls": { "CaCertificates": {{JsonSerializer.Serialize(_files.Write("ca.pem", _authority.Pem))}} },
        "Endpoints": [ { "Address": "{{backend.Address}}", "Tls": "Simple" } ]
        """)));
}
