using System.Net;
using Mesh.Model.Authorization;
using Mesh.Model.Identity;
using Microsoft.Extensions.Primitives;

namespace Mesh.Model.Tests.Authorization;

/// <summary>A call that reaches a process, by a proven caller unless said otherwise.</summary>
internal sealed record TestCall(string Path, string Method = "GET")
{
    private static readonly Func<object, string, StringValues> s_reader = static (carrier, name) => ((TestCall)carrier).Headers.GetValueOrDefault(name);

    public Dictionary<string, StringValues> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public string? Host { get; init; } = "orders:8080";

    public int Port { get; init; } = 8080;

    public SpiffeId? Peer { get; init; } = new("mesh", "shop", "web");

    public string? From { get; init; } = "10.1.2.3";

    public string? ServerName { get; init; } = "";

    public string? Route { get; init; } = "";

    public CallFacts Facts => new()
    {
        Method = Method,
        Path = Path,
        Host = Host,
        Port = Port,
        Peer = Peer,
        RemoteAddress = From is null ? null : IPAddress.Parse(From),
        ServerName = ServerName,
        Route = Route,
        Carrier = this,
        HeaderReader = s_reader,
    };
}
