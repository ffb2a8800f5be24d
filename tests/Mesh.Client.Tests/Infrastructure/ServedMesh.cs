using Mesh.Client.Identity;
using Mesh.Client.Sources.Xds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Applications that have their rules from an <see cref="AdsServer"/>.</summary>
internal static class ServedMesh
{
    /// <param name="addresses">Of the servers.</param>
    /// <param name="settings">Further keys of <c>ConfigServer</c>; may be empty. Unless they say otherwise, first calls are patient.</param>
    /// <param name="rest">Further keys of <c>Mesh</c>; may be empty.</param>
    public static string Rules(IEnumerable<string> addresses, string settings = "", string rest = "") =>
        $$"""
        { "ConfigServer": { "Addresses": [{{string.Join(", ", addresses.Select(address => $"\"{address}\""))}}]{{After(Patient(settings))}} },
          "Outbound": { "UnknownHosts": "Deny", "Domains": ["catalog.internal"] }{{After(rest)}} }
        """;

    public static Task<TestMesh> StartAsync(AdsServer server, string settings = "", string rest = "") => StartAsync([server.Address], settings, rest);

    public static Task<TestMesh> StartAsync(IEnumerable<string> addresses, string settings = "", string rest = "") =>
        TestMesh.StartAsync(Rules(addresses, settings, rest), Configure);

    /// <summary>Waits between tries are short, and nobody is asked for an identity.</summary>
    public static void Configure(IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton(new XdsPacing { Random = new Small() }).AddSingleton<IIdentitySource>(new NoIdentity());

    /// <summary>How often the event was logged.</summary>
    public static int Logged(this TestMesh mesh, string name) => mesh.Logs.GetSnapshot().Count(record => record.Id.Name == name);

    public static string Message(this TestMesh mesh, string name) => mesh.Logs.GetSnapshot().First(record => record.Id.Name == name).Message;

    private static string Patient(string settings) =>
        settings.Contains("FirstCallTimeout", StringComparison.Ordinal) ? settings : "\"FirstCallTimeout\": \"10s\"" + After(settings);

    private static string After(string settings) => settings.Length == 0 ? "" : ", " + settings;

    private sealed class Small : Random
    {
        public override double NextDouble() => 0.02;
    }
}
