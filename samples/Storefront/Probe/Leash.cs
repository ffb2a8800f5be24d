using System.Runtime.InteropServices;

namespace Storefront.Probe;

/// <summary>Ends the service with its launcher, and only with it.</summary>
internal static partial class Leash
{
    public static void Attach()
    {
        if (!OperatingSystem.IsWindows())
        {
            // A group of its own, so that Ctrl+C reaches the launcher alone, which stops the services in order.
            _ = SetProcessGroup(0, 0);
        }

        new Thread(Hold) { IsBackground = true, Name = "leash" }.Start();
    }

    /// <summary>Standard input is a pipe that the launcher never writes to. The system closes it whichever way the launcher ends.</summary>
    private static void Hold()
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        Environment.Exit(0);
    }

    [LibraryImport("libc", EntryPoint = "setpgid")]
    private static partial int SetProcessGroup(int process, int group);
}
