using System.Diagnostics;
using Mesh.Client.Sources.Xds;
using Mesh.Model;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Benchmarks.Control;

/// <summary>Clients that are watched together: when each was told of a change first, and how many are in sync.</summary>
internal sealed class ClientGroup(string name, int count)
{
    private readonly long[] _firsts = new long[count];
    private readonly bool[] _isSynced = new bool[count];
    private long _messages;
    private long _bytes;
    private int _synced;
    private int _seen;

    public int Count => count;

    public int InSync => Volatile.Read(ref _synced);

    /// <summary>How many were told something since the counting began.</summary>
    public int Seen => Volatile.Read(ref _seen);

    public long Messages => Interlocked.Read(ref _messages);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Time stamps of the system's clock at which clients were told something first, in order.</summary>
    public long[] Firsts => [.. _firsts.Where(first => first > 0).Order()];

    /// <summary>Counts from now on.</summary>
    public void Begin()
    {
        Array.Clear(_firsts);
        (_messages, _bytes, _seen) = (0, 0, 0);
    }

    public void Arrived(int client, long bytes)
    {
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _bytes, bytes);
        if (Interlocked.CompareExchange(ref _firsts[client], Stopwatch.GetTimestamp(), 0) == 0)
        {
            Interlocked.Increment(ref _seen);
        }
    }

    public void Synced(int client)
    {
        if (!_isSynced[client])
        {
            _isSynced[client] = true;
            Interlocked.Increment(ref _synced);
        }
    }

    public void Lost(int client)
    {
        if (_isSynced[client])
        {
            _isSynced[client] = false;
            Interlocked.Decrement(ref _synced);
        }
    }

    public Wire.Node NodeOf(int client) =>
        XdsNode.Of(new ServiceIdentity { Name = name }, $"{Environment.ProcessId:x}-{client:x}", seen: null);
}
