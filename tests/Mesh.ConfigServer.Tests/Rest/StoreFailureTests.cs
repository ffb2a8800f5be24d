using System.Net;
using System.Text;
using Mesh.ConfigServer.Hosting;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.ConfigServer.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.ConfigServer.Tests.Rest;

public class StoreFailureTests
{
    [Fact]
    public async Task A_store_that_cannot_write_is_503_with_its_remedy()
    {
        (Answer[] answers, FakeLogCollector log) = await Ask(new StoreException(StoreFailure.Unavailable, "/data/mesh.db: the disk is full. Make room."));
        Assert.All(answers, answer => answer.IsProblem(HttpStatusCode.ServiceUnavailable, "Make room."));
        Assert.Equal(answers.Length, log.GetSnapshot().Count(line => line.Id.Id == 150 && line.Message.Contains("Make room.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_mistake_of_the_servers_is_500_and_in_the_log_alone()
    {
        (Answer[] answers, FakeLogCollector log) = await Ask(new InvalidOperationException("secret detail"));
        Assert.All(answers, answer =>
        {
            answer.IsProblem(HttpStatusCode.InternalServerError, "event 151");
            Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
        });
        Assert.Equal(answers.Length, log.GetSnapshot().Count(line => line.Id.Id == 151 && line.Exception?.Message == "secret detail"));
    }

    private static async Task<(Answer[] Answers, FakeLogCollector Log)> Ask(Exception failure)
    {
        ServerSettings settings = ServerSettings.Read(
            new MeshConfigServerOptions { Http = "127.0.0.1:0", Xds = "off", XdsTls = "off" }, isDevelopment: true, Path.GetTempPath());
        var log = new FakeLoggerProvider();
        using var loggers = new LoggerFactory([log]);
        var listeners = new Listeners(settings);
        await using WebApplication app = ServerApp.Build(
            settings, listeners, new OpenedStore(new FailingStore(failure), new MemoryRegistrations(), [], IsNew: true), loggers, TimeProvider.System);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient client = TestServer.ClientOf(listeners.Addresses.Http!);
        List<Answer> answers = [];
        foreach ((string method, string path, string? body) in ((string, string, string?)[])
            [
                ("PUT", "/api/v1/services/default/a", TestServer.Service("a")), ("DELETE", "/api/v1/services/default/a", null),
                ("POST", "/api/v1/apply", TestServer.Service("a")), ("POST", "/api/v1/rollback", """{"generation":1}"""),
                ("GET", "/api/v1/generations", null), ("GET", "/api/v1/generations/1", null), ("GET", "/api/v1/backup", null),
            ])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            answers.Add(await Answer.Of(response));
        }

        await app.StopAsync(TestContext.Current.CancellationToken);
        return ([.. answers], log.Collector);
    }
}
