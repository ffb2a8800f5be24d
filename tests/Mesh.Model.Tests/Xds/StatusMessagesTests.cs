using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>What clients say of themselves.</summary>
public sealed class StatusMessagesTests
{
    [Fact]
    public void The_state_of_a_clients_resources_survives()
    {
        Timestamp time = new() { Seconds = 1_700_000_000, Nanos = 1 };
        Wire.ClientStatusResponse status = new()
        {
            Config =
            {
                new Wire.ClientConfig
                {
                    Node = new() { Id = "n1", Cluster = "web" },
                    GenericXdsConfigs =
                    {
                        new Wire.ClientConfig.Types.GenericXdsConfig
                        {
                            TypeUrl = XdsTypes.Cluster, Name = "catalog.shop", VersionInfo = "7", LastUpdated = time,
                            XdsConfig = Any.Pack(new Wire.Cluster { Name = "catalog.shop" }),
                            ClientStatus = Wire.ClientResourceStatus.Nacked,
                            ErrorState = new() { Details = "bad", VersionInfo = "8", LastUpdateAttempt = time },
                        },
                    },
                },
            },
        };

        Wire.ClientStatusResponse sent = Wires.Sent(status);

        Assert.Equal(status, sent);
        Assert.Equal("catalog.shop", Assert.Single(Assert.Single(sent.Config).GenericXdsConfigs).XdsConfig.Unpack<Wire.Cluster>().Name);
    }
}
