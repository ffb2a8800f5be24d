namespace Mesh.ConfigServer.Xds;

/// <summary>What a stream has of one type.</summary>
internal sealed class TypeSubscription(ResourceType type)
{
    public ResourceType Type => type;

    public Dictionary<string, SubscribedResource> Resources { get; } = new(StringComparer.Ordinal);

    /// <summary>The client has asked for this type.</summary>
    public bool IsRequested { get; set; }

    /// <summary>The client has asked for all there is.</summary>
    public bool IsForAll { get; set; }

    /// <summary>A request waits for its answer.</summary>
    public bool IsOwed { get; set; }

    /// <summary>The nonce of the newest response, kept as long as the stream; 0: none was sent.</summary>
    public long Nonce { get; private set; }

    /// <summary>The newest response was neither taken nor refused yet.</summary>
    public bool IsPending { get; private set; }

    /// <summary>There is something to tell.</summary>
    public bool HasNews => IsOwed || Resources.Values.Any(resource => resource.IsNews);

    public void MarkSent(long nonce) => (Nonce, IsPending) = (nonce, true);

    /// <summary>Takes the client's answer to a response.</summary>
    public void Settle(long nonce, string? refusal, DateTimeOffset now)
    {
        IsPending = IsPending && nonce != Nonce;
        foreach (SubscribedResource resource in Resources.Values)
        {
            if (refusal is null)
            {
                resource.Acknowledge(nonce, now);
            }
            else
            {
                resource.Refuse(nonce, refusal);
            }
        }
    }
}
