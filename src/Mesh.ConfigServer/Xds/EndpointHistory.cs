using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Xds;

/// <summary>
/// A service's endpoints of one state, with their version, and how they came about from the versions before. The next state costs what is
/// different in it: the hash of an endpoint that stays is not made again.
/// </summary>
internal sealed class EndpointHistory
{
    /// <summary>Who is further behind is sent all.</summary>
    public const int MostSteps = 64;

    // In all steps together, or as many as there are endpoints: more is no less than all.
    private const int MostTouched = 1000;

    private readonly string _service;
    private readonly ImmutableArray<MeshEndpoint> _endpoints;
    private readonly UInt128[] _hashes;
    private readonly UInt128 _sum;
    private readonly ImmutableArray<EndpointStep> _steps;

    // From the version before each step on, once somebody has it.
    private readonly Lazy<XdsBody?>?[] _patches;

    private EndpointHistory(
        string service, ImmutableArray<MeshEndpoint> endpoints, UInt128[] hashes, UInt128 sum, ImmutableArray<EndpointStep> steps)
    {
        _service = service;
        _endpoints = endpoints;
        _hashes = hashes;
        _sum = sum;
        _steps = steps;
        _patches = new Lazy<XdsBody?>?[steps.Length];
        Version = EndpointHash.Version(sum);
    }

    /// <summary>The same on every server for the same endpoints in whatever order.</summary>
    public string Version { get; }

    /// <param name="service">The full name of the service.</param>
    /// <param name="endpoints">All of it.</param>
    public static EndpointHistory Begin(string service, ImmutableArray<MeshEndpoint> endpoints)
    {
        UInt128[] hashes = [.. endpoints.Select(EndpointHash.Of)];
        return new EndpointHistory(service, endpoints, hashes, hashes.Aggregate(UInt128.Zero, (sum, hash) => unchecked(sum + hash)), []);
    }

    /// <summary>That of the state after this one.</summary>
    public EndpointHistory Next(ImmutableArray<MeshEndpoint> endpoints)
    {
        // As a rule nearly all are the same objects at the same place.
        int shorter = Math.Min(_endpoints.Length, endpoints.Length);
        int head = 0;
        while (head < shorter && ReferenceEquals(_endpoints[head], endpoints[head]))
        {
            head++;
        }

        int tail = 0;
        while (tail < shorter - head && ReferenceEquals(_endpoints[^(tail + 1)], endpoints[^(tail + 1)]))
        {
            tail++;
        }

        UInt128[] hashes = new UInt128[endpoints.Length];
        _hashes.AsSpan(0, head).CopyTo(hashes);
        _hashes.AsSpan(_hashes.Length - tail).CopyTo(hashes.AsSpan(hashes.Length - tail));
        UInt128 sum = _sum;
        Dictionary<EndpointKey, int> before = [];
        bool isPlain = CanBePatched(_endpoints) && CanBePatched(endpoints);
        for (int i = head; i < _endpoints.Length - tail; i++)
        {
            sum = unchecked(sum - _hashes[i]);
            isPlain &= before.TryAdd(_endpoints[i].Key, i);
        }

        ImmutableArray<MeshEndpoint>.Builder changed = ImmutableArray.CreateBuilder<MeshEndpoint>();
        for (int i = head; i < endpoints.Length - tail; i++)
        {
            bool wasThere = before.Remove(endpoints[i].Key, out int place);
            hashes[i] = wasThere && ReferenceEquals(_endpoints[place], endpoints[i]) ? _hashes[place] : EndpointHash.Of(endpoints[i]);
            sum = unchecked(sum + hashes[i]);
            if (!wasThere || hashes[i] != _hashes[place])
            {
                changed.Add(endpoints[i]);
            }
        }

        EndpointStep step = new(Version, changed.ToImmutable(), [.. before.Keys]);
        return new EndpointHistory(_service, endpoints, hashes, sum, isPlain ? Kept(step, endpoints.Length) : []);
    }

    /// <summary>What is different from a version before; null: that is not known any more, or no less than all.</summary>
    /// <param name="version">The version before.</param>
    /// <param name="wrap">Makes of it what is sent, once for all who have that version.</param>
    public XdsBody? PatchFrom(string version, Func<ByteString, XdsBody> wrap)
    {
        int first = _steps.Length - 1;
        while (first >= 0 && _steps[first].From != version)
        {
            first--;
        }

        if (first < 0)
        {
            return null;
        }

        Lazy<XdsBody?>? patch = Volatile.Read(ref _patches[first]);
        if (patch is null)
        {
            Lazy<XdsBody?> made = new(() => Make(first, wrap));
            patch = Interlocked.CompareExchange(ref _patches[first], made, null) ?? made;
        }

        return patch.Value;
    }

    // A DNS name may have the host and port of an endpoint that it stands beside.
    private static bool CanBePatched(ImmutableArray<MeshEndpoint> endpoints) =>
        endpoints.All(endpoint => endpoint.Lookup is EndpointLookup.None);

    private ImmutableArray<EndpointStep> Kept(EndpointStep step, int count)
    {
        if (step.Count == 0)
        {
            return _steps;
        }

        int room = Math.Max(MostTouched, count) - step.Count;
        int first = _steps.Length;
        while (first > 0 && _steps.Length - first < MostSteps - 1 && room >= _steps[first - 1].Count)
        {
            room -= _steps[--first].Count;
        }

        return [.. _steps[first..], step];
    }

    private XdsBody? Make(int first, Func<ByteString, XdsBody> wrap)
    {
        Dictionary<EndpointKey, MeshEndpoint?> touched = [];
        foreach (EndpointStep step in _steps[first..])
        {
            foreach (EndpointKey removed in step.Removed)
            {
                touched[removed] = null;
            }

            foreach (MeshEndpoint changed in step.Changed)
            {
                touched[changed.Key] = changed;
            }
        }

        return touched.Count >= Math.Max(_endpoints.Length, 2) ? null : wrap(WireWriter.Bytes(EndpointsPatchCodec.Encode(new XdsEndpointsPatch
        {
            Name = _service,
            BaseVersion = _steps[first].From,
            Changed = [.. touched.Values.OfType<MeshEndpoint>()],
            Removed = [.. touched.Where(each => each.Value is null).Select(each => each.Key)],
        })));
    }
}
