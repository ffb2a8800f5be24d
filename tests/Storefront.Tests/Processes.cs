using System.Diagnostics;

namespace Storefront.Tests;

/// <summary>Questions about processes that are not our children.</summary>
internal static class Processes
{
    /// <summary>A process that ended but whose new parent has not looked yet does not run.</summary>
    public static bool IsRunning(int id)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                string stat = File.ReadAllText($"/proc/{id}/stat");
                return stat[stat.LastIndexOf(')') + 2] is not 'Z';
            }
            catch (IOException)
            {
                return false;
            }
        }

        try
        {
            using Process process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
