using System.Net;

namespace Mesh.ConfigServer.Registry;

/// <summary>What was told of refusals: a process that is refused tries again and again, and once says it all.</summary>
internal sealed class ToldRefusals(TimeProvider time)
{
    private const int Most = 1000;

    private static readonly TimeSpan s_memory = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(IPAddress? Address, string Reason), long> _toldAt = [];

    /// <summary>Whether it was not told lately.</summary>
    public bool IsNew(IPAddress? address, string reason)
    {
        lock (_gate)
        {
            if (_toldAt.TryGetValue((address, reason), out long told) && time.GetElapsedTime(told) < s_memory)
            {
                return false;
            }

            if (_toldAt.Count >= Most)
            {
                _toldAt.Clear();
            }

            _toldAt[(address, reason)] = time.GetTimestamp();
            return true;
        }
    }
}
