using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// What the config server says of the calls that reach this process. Once it is known, the last good word holds, whatever becomes of the server; where
/// there is no config server, nothing is asked of callers.
/// </summary>
internal sealed class ConfigServerPolicy : IInboundPolicySource
{
    private readonly Lock _gate = new();
    private readonly XdsClient _client;
    private readonly OwnResource _resource;
    private string? _name;
    private object? _value;
    private volatile InboundPolicy? _current = InboundPolicy.None;
    private volatile string? _trouble;

    public ConfigServerPolicy(XdsClient client)
    {
        _client = client;
        _resource = new OwnResource(XdsResourceType.InboundPolicy, static name => name, Update);
        client.Ask(_resource);
        Update();
    }

    public event Action? Changed;

    public InboundPolicy? Current => _current;

    public string? Trouble => _trouble;

    private void Update()
    {
        lock (_gate)
        {
            if (!TryTake(_client.Read(_resource)))
            {
                return;
            }
        }

        Changed?.Invoke();
    }

    // False: what holds is what held.
    private bool TryTake(OwnAnswer? answer)
    {
        InboundPolicy? before = _current;
        if (answer is null)
        {
            (_name, _value, _current, _trouble) = (null, null, InboundPolicy.None, null);
            return before != _current;
        }

        if (answer.Value is XdsInboundPolicy policy)
        {
            if (!ReferenceEquals(policy, _value))
            {
                _current = Of(policy, answer.Version);
            }

            (_name, _value, _trouble) = (answer.Name, policy, answer.Trouble);
        }
        else if (answer.Name != _name)
        {
            // What held for another service, or without a server, says nothing of this one.
            (_name, _value, _current) = (answer.Name, null, null);
            _trouble = answer.Trouble ?? $"The config server has not said yet who may call {answer.Name}.";
        }
        else
        {
            _trouble = answer.Trouble ?? (_current is null ? _trouble : $"The config server says nothing any more of who may call {answer.Name}: what it said last holds.");
        }

        return !ReferenceEquals(before, _current);
    }

    private static InboundPolicy Of(XdsInboundPolicy policy, string version) => new()
    {
        Authorization = policy.Authorization, Default = policy.Default, PeerAuthentication = policy.PeerAuthentication, Revoked = policy.Revoked, Version = version,
    };
}
