using System.Net;
using System.Net.Sockets;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.AspNetCore.Tests.Attacks;

/// <summary>Calls at a moment when nobody is to be let in, and callers that end nothing.</summary>
internal static class StateAttacks
{
    private const string Exempt = """{ "Inbound": { "ExemptPaths": ["/healthz"] } }""";

    public static IEnumerable<Attack> All =>
    [
        Unknown("No exempt path while it is not known who may call", "/"),
        Unknown("A path below an exempt one", "/healthz/x"),
        Unknown("A path that begins as an exempt one", "/healthz2"),
        Unknown("An exempt path in other case", "/Healthz"),
        Unknown("An exempt path with a slash behind", "/healthz/"),
        Unknown("An exempt path with a parameter behind", "/healthz;x"),
        Unknown("An exempt path as the query", "/admin?/healthz"),
        Unknown("Up and away from an exempt path", "/healthz/../admin"),
        Attack.Of(SlowAsync, "A handshake that stops on the permissive port", false, "One that ends", true, Attack.NoAnswer, "HandshakeFailed") with
        {
            Configure = builder => builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(DateTimeOffset.UtcNow)),
        },
    ];

    private static Attack Unknown(string name, string target) =>
        Attack.Of(Calls.Target, name, target, "`/healthz`, which is exempt", "/healthz", "503", "PolicyUnknown") with { Settings = Exempt, Prepare = (_, policies) => policies.Current = null };

    // It has 10 s; the clock is put on until it is over.
    private static async Task<string> SlowAsync(MeshedApp app, bool isWhole)
    {
        if (isWhole)
        {
            return await Calls.Proven(app, true);
        }

        FakeTimeProvider time = (FakeTimeProvider)app.App.Services.GetRequiredService<TimeProvider>();
        using TcpClient socket = new();
        await socket.ConnectAsync(IPAddress.Loopback, app.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync("\u0016\u0003\u0001\u0002\0\u0001"u8.ToArray(), TestContext.Current.CancellationToken);
        Task<bool> isClosed = IsClosedAsync(socket.GetStream());
        await Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return isClosed.IsCompleted;
        });
        return await isClosed ? Attack.NoAnswer : "an answer";
    }

    private static async Task<bool> IsClosedAsync(NetworkStream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
