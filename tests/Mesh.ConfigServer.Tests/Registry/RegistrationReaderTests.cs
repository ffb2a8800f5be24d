using System.Net;
using Mesh.ConfigServer.Registry;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Registry;

public class RegistrationReaderTests
{
    [Fact]
    public void All_that_a_process_says_is_read()
    {
        Wire.Registration message = Messages.Registration("Catalog", "i-1", 5001);
        message.Namespace = "shop";
        message.Version = "v2";
        message.Labels.Add("track", "canary");
        message.Locality = new Wire.Locality { Region = "eu", Zone = "eu-1" };
        message.Weight = 3;
        message.UserAgentName = "Mesh.Client";
        message.UserAgentVersion = "1.2.3";
        message.HealthCheck = new Wire.HealthCheck { HttpHealthCheck = new Wire.HealthCheck.Types.HttpHealthCheck { Path = "/healthz" } };
        message.Addresses.Add(new Wire.ListeningAddress
        {
            Host = "::1", Port = 5002, Scheme = Wire.MeshEndpointMetadata.Types.Scheme.Https, Protocols = Wire.MeshEndpointMetadata.Types.Protocols.Http2,
        });

        Registration read = Read(message).Value!;
        Assert.Equal(("catalog.shop", "i-1", 1, "server-1"), (read.Service, read.Instance, read.Epoch, read.Owner));
        Assert.Equal(("127.0.0.1", "Mesh.Client 1.2.3", "v2", 3), (read.Peer, read.UserAgent, read.Version, read.Weight));
        Assert.Equal("/healthz", read.HealthCheck!.HttpPath);
        Assert.Equal(["127.0.0.1:5001", "https://[::1]:5002"], read.Endpoints.Select(endpoint => endpoint.Address));
        Assert.All(read.Endpoints, endpoint => Assert.Equal(("v2", "canary", "eu", 3), (endpoint.Version, endpoint.Labels["track"], endpoint.Locality.Region, endpoint.Weight)));
        Assert.Equal(Mesh.Model.EndpointProtocols.Http2, read.Endpoints[1].Protocols);

        // What is kept reads the same, wherever it came from.
        Registration again = RegistrationReader.Read(Wire.Registration.Parser.ParseFrom(read.Content), null, null, "server-1", default).Value!;
        Assert.Equal(read.Endpoints.Select(endpoint => endpoint.Address), again.Endpoints.Select(endpoint => endpoint.Address));
    }

    [Theory]
    [InlineData(0, null, false, null)]
    [InlineData(1, "Mesh", true, "spiffe://mesh-test/ns/shop/sa/catalog")]
    [InlineData(2, "Mesh", false, "spiffe://mesh-test/ns/shop/sa/catalog")]
    public void Who_takes_TLS_of_the_mesh_is_known_by_its_identity(
        int said, string? mode, bool takesPlainText, string? id)
    {
        Wire.Registration message = Messages.Registration("catalog", "i-1", 5001);
        (message.Namespace, message.Addresses[0].Tls) = ("shop", (Wire.ListeningAddress.Types.Tls)said);

        Registration read = RegistrationReader.Read(message, new AddressPolicy([], "x"), IPAddress.Loopback, "server-1", default, "mesh-test").Value!;

        Assert.Equal((mode, takesPlainText, id), (read.Endpoints[0].Tls?.ToString(), read.Endpoints[0].TakesPlainText, read.Endpoints[0].SpiffeId));

        // After a restart of the server, too.
        Registration again = RegistrationReader.Read(Wire.Registration.Parser.ParseFrom(read.Content), null, null, "server-1", default, "mesh-test").Value!;
        Assert.Equal((mode, takesPlainText, id), (again.Endpoints[0].Tls?.ToString(), again.Endpoints[0].TakesPlainText, again.Endpoints[0].SpiffeId));
    }

    [Theory]
    [InlineData("registration.service: It is missing", "")]
    [InlineData("registration.service: '10.0.0.1' is not a service name", "10.0.0.1")]
    [InlineData("registration.service: 'a b' is not a service name", "a b")]
    public void A_bad_name_is_told(string fault, string service) =>
        Assert.StartsWith(fault, Assert.Single(Read(Messages.Registration(service, "i-1", 1)).Faults).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Every_fault_names_its_field()
    {
        Wire.Registration message = Messages.Registration("catalog", "", 0);
        (message.Namespace, message.Version, message.Epoch, message.Weight) = ("a.b.", "", 0, 1001);
        message.Labels.Add("x", new string('x', 257));
        message.Labels.Add(" y", "");
        message.Locality = new Wire.Locality { SubZone = "\n" };
        message.Addresses[0].Scheme = (Wire.MeshEndpointMetadata.Types.Scheme)9;
        message.Addresses[0].Tls = (Wire.ListeningAddress.Types.Tls)9;
        message.Addresses.Add(new Wire.ListeningAddress { Host = "192.0.2.1", Port = 65536 });
        message.HealthCheck = new Wire.HealthCheck();
        Assert.Equal(
            [
                "registration.addresses[0].port", "registration.addresses[0].scheme", "registration.addresses[0].tls", "registration.addresses[1].host", "registration.addresses[1].port",
                "registration.epoch", "registration.health_check", "registration.instance", "registration.labels[' y']", "registration.labels['x']",
                "registration.locality.sub_zone", "registration.namespace", "registration.version", "registration.weight",
            ],
            Read(message).Faults.Select(fault => fault.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void There_is_an_end_to_addresses_and_labels()
    {
        Wire.Registration message = Messages.Registration("catalog", "i-1", [.. Enumerable.Range(1, 17)]);
        Assert.Contains("There are 17, and may be 1 to 16", Assert.Single(Read(message).Faults).Message, StringComparison.Ordinal);
        message.Addresses.Clear();
        Assert.Contains("There are 0", Assert.Single(Read(message).Faults).Message, StringComparison.Ordinal);

        message = Messages.Registration("catalog", "i-1", 1);
        message.Labels.Add(Enumerable.Range(0, 65).ToDictionary(i => $"l{i}", _ => ""));
        Assert.Contains("There are 65, and may be 64", Assert.Single(Read(message).Faults).Message, StringComparison.Ordinal);

        message = Messages.Registration("catalog", "i-1", 1);
        message.Labels.Add(Enumerable.Range(0, 10).ToDictionary(i => $"l{i}", _ => new string('x', 203)));
        Assert.Contains("They have 2050 characters together, and may have 2048", Assert.Single(Read(message).Faults).Message, StringComparison.Ordinal);

        message = Messages.Registration("catalog", "i-1", 1, 1);
        Assert.Contains("127.0.0.1:1 is listed already", Assert.Single(Read(message).Faults).Message, StringComparison.Ordinal);

        message = Messages.Registration("catalog", new string('i', 129), 1);
        Assert.Contains("may have 128", Assert.Single(Read(message).Faults).Message, StringComparison.Ordinal);
    }

    private static Decoded<Registration> Read(Wire.Registration message) =>
        RegistrationReader.Read(message, new AddressPolicy([], "x"), IPAddress.Loopback, "server-1", DateTimeOffset.UnixEpoch);
}
