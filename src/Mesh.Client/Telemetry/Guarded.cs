namespace Mesh.Client.Telemetry;

/// <summary>Logs where a call must not fail of it.</summary>
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
            // A logging provider of the application's has thrown. What was to be told is no concern of the call that it would fail, and
            // nobody else is left who could be told of this.
        }
    }
}
