namespace Mesh.Client.Telemetry;

/// <summary>Logs where nothing must fail of it: in the middle of a call, and on the threads of timers, where an exception would end the process.</summary>
internal static class Guarded
{
    /// <summary>Does it, whatever becomes of it.</summary>
    public static void Log(Action log)
    {
        try
        {
            log();
        }
        catch (Exception)
        {
            // A logging provider of the application's has thrown. What was to be told is no concern of what it would fail, and nobody
            // else is left who could be told of this.
        }
    }
}
