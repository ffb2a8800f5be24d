using Mesh.Soak.Clocks;
using Mesh.Soak.Outage;
using Mesh.Soak.Shop;

namespace Mesh.Soak.Processes;

/// <summary>The programs that a suite runs in processes of their own: this executable again, with another command line.</summary>
internal static class ChildPrograms
{
    public const string Backend = "outage-backend";
    public const string Consumer = "outage-consumer";
    public const string Shop = "shop-service";
    public const string ClockServer = "clock-server";
    public const string ClockInstance = "clock-instance";

    /// <summary>Null for the command lines that people give.</summary>
    public static Func<Task>? Find(string[] args) => args switch
    {
        [Backend, string port] => () => BackendProgram.RunAsync(int.Parse(port, null)),
        [Consumer, string name, string server, string cache, .. string[] backends] => () => ConsumerProgram.RunAsync(name, server, cache, backends),
        [Shop, string service, string server] => () => ShopProgram.RunAsync(service, server),
        [ClockServer, string clock, string address, string folder, string ttl, string grace] => () => ClockServerProgram.RunAsync(clock, address, folder, ttl, grace),
        [ClockInstance, string clock, string service, string server] => () => ClockInstanceProgram.RunAsync(clock, service, server),
        _ => null,
    };
}
