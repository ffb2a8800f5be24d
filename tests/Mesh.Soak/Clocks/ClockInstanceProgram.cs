using Mesh.Soak.Registry;

namespace Mesh.Soak.Clocks;

/// <summary>A web application that registers and whose clock can be set, until its standard input is closed.</summary>
internal static class ClockInstanceProgram
{
    public static async Task RunAsync(string clock, string service, string server)
    {
        ShiftedTime time = new(clock);
        await using Instance instance = await Instance.StartAsync(service, server, time);
        Console.WriteLine(instance.Port);
        await time.FollowInputAsync();
    }
}
