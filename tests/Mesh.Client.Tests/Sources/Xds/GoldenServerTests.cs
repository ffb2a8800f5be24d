using System.Net;
using Google.Protobuf;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model.Tests;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>The client at a server that sends what protoc has encoded of upstream's definitions, byte by byte but for names.</summary>
public sealed class GoldenServerTests
{
    private const string Rules =
        """{ "ConfigServer": { "FirstCallTimeout": "10s" }, "Outbound": { "UnknownHosts": "Deny", "Domains": ["a.demo"] } }""";

    [Fact]
    public async Task What_cannot_be_used_is_refused_by_its_path_and_the_rest_is_in_force()
    {
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.Listener listener = Read(Wire.Listener.Parser, "listener_client");
        Wire.RouteConfiguration routes = Read(Wire.RouteConfiguration.Parser, "route_config");
        listener.Name = "a.demo";
        routes.Name = "outbound|80||a.demo";
        await server.PutAsync(listener, routes, Read(Wire.Cluster.Parser, "cluster"), Read(Wire.ClusterLoadAssignment.Parser, "cla"));
        await using TestMesh mesh = await ForeignMesh.StartAsync(server, rules: Rules);

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://a.demo/d"));
        const string Path = "virtual_hosts[0].routes[0].route.weighted_clusters.clusters[0].request_headers_to_add: This is not supported.";
        Assert.Contains($"RouteConfiguration 'outbound|80||a.demo' that can be used. {Path}", exception.Message, StringComparison.Ordinal);
        await Eventually.Holds(() => server.Refusals.Any());
        Assert.Contains($"RouteConfiguration 'outbound|80||a.demo': {Path}", Assert.Single(server.Refusals), StringComparison.Ordinal);

        routes.VirtualHosts[0].Routes.RemoveAt(0);
        await server.PutAsync(routes);

        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Any(service => service.Routes.Count == 3));
        Assert.Equal("418 no", await AnswerAsync(mesh, "/d"));
    }

    // Their listener lets one call in a hundred fail, on purpose.
    private static async Task<string> AnswerAsync(TestMesh mesh, string path)
    {
        for (int i = 0; i < 10; i++)
        {
            try
            {
                using HttpResponseMessage answer = await mesh.Client().GetUriAsync("http://a.demo" + path);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
                }
            }
            catch (MeshException failure)
            {
                return failure.Message;
            }
        }

        return "";
    }

    private static T Read<T>(MessageParser<T> parser, string name)
        where T : IMessage<T> => parser.ParseFrom(Convert.FromHexString(
            File.ReadAllText(Path.Combine(Repository.Root, "tests", "Mesh.Model.Tests", "Xds", "Golden", name + ".hex")).Trim()));
}
