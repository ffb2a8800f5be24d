namespace Mesh.ConfigServer.Xds;

/// <summary>Which clients want to know of what, so that a change costs what those cost whom it concerns.</summary>
internal sealed class Interests
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LookupKey, HashSet<ClientSession>> _byKey = [];

    public void Add(LookupKey key, ClientSession session)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out HashSet<ClientSession>? sessions))
            {
                _byKey.Add(key, sessions = []);
            }

            sessions.Add(session);
        }
    }

    public void Remove(LookupKey key, ClientSession session)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(key, out HashSet<ClientSession>? sessions) && sessions.Remove(session) && sessions.Count == 0)
            {
                _byKey.Remove(key);
            }
        }
    }

    /// <summary>Those whom any of it concerns, each once.</summary>
    public HashSet<ClientSession> In(IEnumerable<LookupKey> keys)
    {
        HashSet<ClientSession> concerned = [];
        lock (_gate)
        {
            foreach (LookupKey key in keys)
            {
                if (_byKey.TryGetValue(key, out HashSet<ClientSession>? sessions))
                {
                    concerned.UnionWith(sessions);
                }
            }
        }

        return concerned;
    }
}
