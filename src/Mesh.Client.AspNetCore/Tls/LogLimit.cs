using Mesh.Client.Telemetry;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>Ten lines a second of what strangers can cause: they are not to fill a disk.</summary>
internal sealed class LogLimit(TimeProvider time)
{
    private const int LinesPerSecond = 10;

    private readonly Lock _gate = new();
    private long _since = long.MinValue;
    private int _lines;

    public void Log(Action log)
    {
        if (IsWithin())
        {
            Guarded.Log(log);
        }
    }

    private bool IsWithin()
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            if (_since == long.MinValue || time.GetElapsedTime(_since, now) >= TimeSpan.FromSeconds(1))
            {
                (_since, _lines) = (now, 0);
            }

            return ++_lines <= LinesPerSecond;
        }
    }
}
