using System.Runtime.InteropServices;
using Storefront;

if (!Options.TryParse(args, out Options? options, out string? fault))
{
    Console.Error.WriteLine(fault);
    Console.Error.WriteLine();
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

if (options.Help)
{
    Console.WriteLine(Options.Usage);
    return 0;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var scoreboard = new Scoreboard();
await using (var fleet = new Fleet(options.Rules, scoreboard))
{
    try
    {
        string web = await fleet.StartAsync(stop.Token);
        Console.WriteLine($"""

            Try   curl http://{web}/items/7
            Move  dotnet run --project src/Mesh.Cli -- split catalog v2=50 --server {await fleet.ConfigServerAsync(stop.Token)}
                  in another terminal, and watch the shares of v1 and v2 follow.
            See   curl http://{web}/reviews/7   is refused: by mesh/reviews-callers.yaml, reviews are for catalog alone.
            Kill  any service above by its process id, or stop it. Of reviews one replica is slow and one fails now and then, on purpose.

            """);

        using var generator = new Generator(web, options.RequestsPerSecond, scoreboard);
        using var shortCut = new ShortCut(web, scoreboard);
        await generator.WarmUpAsync(stop.Token);
        if (options.For is { } time)
        {
            stop.CancelAfter(time);
        }

        Task screen = Console.IsOutputRedirected ? PlainScreen.ShowAsync(scoreboard, stop.Token) : LiveScreen.ShowAsync(scoreboard, stop.Token);
        await Task.WhenAll(generator.RunAsync(stop.Token), shortCut.RunAsync(stop.Token), screen);
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        // Interrupted before all services were up.
    }
    catch (ServiceFailedException failed)
    {
        Console.Error.WriteLine(failed.Message);
        return 1;
    }
}

Console.WriteLine(scoreboard.Summarize().ToJson());
return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
