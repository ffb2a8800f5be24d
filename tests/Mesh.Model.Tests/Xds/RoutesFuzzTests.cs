using CsCheck;
using Google.Protobuf;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>Whatever bytes come: they are no message, or they end in a value or in faults.</summary>
public sealed class RoutesFuzzTests
{
    private static readonly byte[][] s_seeds =
    [
        Golden.Read("route_config"), Golden.Read("listener_client"), Golden.Read("listener_server_rbac"),
        RouteConfigurationCodec.Encode("catalog.shop", new() { Routes = [Full()] }, ClientProfile.Mesh, null).Message.ToByteArray(),
        ListenerCodec.Encode("catalog", "catalog.shop", ClientProfile.Mesh).Message.ToByteArray(),
    ];

    private static readonly Gen<byte[]> s_bytes = Gen.Frequency(
        (1, Gen.Byte.Array[0, 200]),
        (9, Gen.Select(
            Gen.OneOfConst(s_seeds), Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 6],
            Gen.Frequency((4, Gen.Const(0)), (1, Gen.Int[1, 50])), Mutate)));

    [Fact]
    public void Any_bytes_end_in_a_value_or_in_faults() => s_bytes.Sample(
        bytes =>
        {
            if (Parse(Wire.RouteConfiguration.Parser, bytes) is { } routes)
            {
                AssertDecided(RouteConfigurationCodec.Decode(routes));
            }

            if (Parse(Wire.Listener.Parser, bytes) is { } listener)
            {
                AssertDecided(ListenerCodec.Decode(listener));
            }
        },
        iter: 20_000);

    private static void AssertDecided<T>(Decoded<T> decoded)
        where T : class
    {
        Assert.Equal(decoded.Faults.IsEmpty, decoded.IsGood);
        Assert.All(decoded.Faults, fault => Assert.NotEmpty(fault.Message));
    }

    private static T? Parse<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException)
        {
            // The latter is how the parser complains of a wrapper that ends too early.
            return null;
        }
    }

    private static byte[] Mutate(byte[] seed, (int Place, byte Value)[] changes, int cut)
    {
        byte[] bytes = [.. seed];
        foreach ((int place, byte value) in changes)
        {
            bytes[place % bytes.Length] = value;
        }

        return bytes[..^Math.Min(cut, bytes.Length)];
    }

    private static MeshRoute Full() => new()
    {
        Name = "full",
        Match =
        [
            new()
            {
                PathPrefix = "/a", Percent = 12.5m, Source = new() { Service = "web" }, Methods = ["GET", "PUT"],
                Headers = Maps.Of<ValueMatch>().Add("x", new() { Kind = ValueMatchKind.Contains, Text = "", Invert = true }),
                Cookies = Maps.Of<ValueMatch>().Add("c", new() { Kind = ValueMatchKind.Present }),
            },
            new() { Grpc = new() { Method = "Get" } },
        ],
        To = [new() { Subset = "v2", Weight = 3 }, new() { Service = "reviews" }],
        Rewrite = new() { Hostname = "h", ReplacePrefixMatch = "/b/" },
        RequestHeaders = new() { Set = Maps.Empty.Add("a", "%"), Remove = ["b"] },
        Mirror = [new() { Subset = "v3", MaxRequests = 3 }],
        Fault = new() { Delay = new() { FixedDelay = TimeSpan.FromSeconds(1) }, AllowHeaders = true },
        Timeout = TimeSpan.FromSeconds(2),
        Retry = new() { StatusCodes = [409], PerTryTimeout = TimeSpan.FromSeconds(1) },
    };
}
