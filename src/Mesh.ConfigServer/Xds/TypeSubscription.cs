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

    /// <summary>
    /// Takes the client's answer to a response. Of a refused one clients take what is valid: the resources that the refusal names are to blame, and
    /// all that were new where it names none.
    /// </summary>
    public void Settle(long nonce, Refusal? refusal, DateTimeOffset now)
    {
        IsPending = IsPending && nonce != Nonce;
        List<SubscribedResource> taken = [.. Resources.Values.Where(resource => resource.IsPendingIn(nonce))];
        if (refusal is not null)
        {
            List<SubscribedResource> named = taken.FindAll(resource => refusal.Names(resource.Name.Text));
            List<SubscribedResource> blamed = named.Count > 0 ? named : taken;
            blamed.ForEach(resource => resource.Refuse(refusal.Reason));
        }

        // Those that were refused just now are not pending any more.
        foreach (SubscribedResource resource in taken.Where(resource => resource.IsPendingIn(nonce)))
        {
            resource.Acknowledge(now);
        }
    }
}
