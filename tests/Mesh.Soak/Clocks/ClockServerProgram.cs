using System.Globalization;
using Mesh.ConfigServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Soak.Clocks;

/// <summary>A config server whose clock can be set, until its standard input is closed.</summary>
internal static class ClockServerProgram
{
    public static async Task RunAsync(string clock, string address, string folder, string ttl, string grace)
    {
        ShiftedTime time = new(clock);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Development });
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddMeshConfigServer(options =>
        {
            (options.Xds, options.XdsTls, options.Http, options.DataDirectory) = (address, "off", "off", folder);
            options.RegistrationTtl = TimeSpan.FromSeconds(int.Parse(ttl, CultureInfo.InvariantCulture));
            options.GracePeriod = TimeSpan.FromSeconds(int.Parse(grace, CultureInfo.InvariantCulture));
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(host.Services.GetRequiredService<IMeshConfigServer>().Xds);
        await time.FollowInputAsync();
        await host.StopAsync();
    }
}
