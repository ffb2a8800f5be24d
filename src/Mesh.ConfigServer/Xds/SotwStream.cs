using System.Globalization;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>State of the world: each request names all that the client wants of a type.</summary>
internal sealed class SotwStream(ClientNode client, IStreamEnvironment environment)
    : DiscoveryStream<DiscoveryRequest, DiscoveryResponse>(client, environment)
{
    private const string All = "*";

    protected override (string Url, string Nonce, Status? Error) Envelope(DiscoveryRequest request) =>
        (request.TypeUrl, request.ResponseNonce, request.ErrorDetail);

    protected override void Subscribe(TypeSubscription type, DiscoveryRequest request, bool isStale)
    {
        // It was written before the client saw the newest response, and will come again with its answer to that.
        if (isStale)
        {
            return;
        }

        HashSet<string> names = new(request.ResourceNames, StringComparer.Ordinal);
        if (names.Remove(All) || (names.Count == 0 && !type.IsRequested && type.Type.IsWhole()))
        {
            Subscriptions.AskForAll(type);
        }
        else if (names.Count > 0)
        {
            type.IsForAll = false;
        }

        List<string> dropped = [.. type.Resources.Keys.Where(name => !names.Contains(name))];
        dropped.ForEach(name => Subscriptions.Remove(type, name));
        int kept = type.Resources.Count;
        bool isResumed = !type.IsRequested && request.VersionInfo.Length > 0;
        type.IsResumed |= isResumed;
        foreach (string name in names)
        {
            Subscriptions.Add(type, name).IsResumed |= isResumed;
        }

        bool hasMore = type.Resources.Count > kept;
        bool hasLess = dropped.Count > 0 && type.Resources.Count > 0 && type.Type.IsWhole();
        type.IsOwed |= hasMore || hasLess;
        type.IsRequested = true;
    }

    protected override DiscoveryResponse? News(TypeSubscription type, MeshSnapshot snapshot)
    {
        if (type.Type.IsWhole())
        {
            if (IsHeldBack(type))
            {
                // To be left out would take it away from a client that has it.
                type.IsOwed = false;
                return null;
            }

            DateTimeOffset now = Now;
            foreach (SubscribedResource absent in type.Open.Where(resource => resource is { IsOwed: true, IsAbsent: true }))
            {
                absent.MarkAbsent(now);
            }

            return Whole(type, snapshot);
        }

        List<(SubscribedResource Subscribed, XdsResource Resource)> part = [.. PartOf(type).Select(each => (each.Subscribed, each.Resource))];
        ForgetMissing(type);
        return part.Count > 0 ? Response(type, snapshot, part) : null;
    }

    protected override bool IsHeldBack(TypeSubscription type) =>
        type is { IsResumed: true, Nonce: 0 } && type.Type.IsWhole() && type.Open.Any(resource => resource.IsUndecided);

    protected override DiscoveryResponse? Removal(TypeSubscription type, MeshSnapshot snapshot)
    {
        DateTimeOffset now = Now;
        foreach (SubscribedResource gone in type.Open.Where(resource => resource.IsGone))
        {
            gone.MarkAbsent(now);
        }

        return type.Type.IsWhole() ? Whole(type, snapshot) : null;
    }

    private DiscoveryResponse Whole(TypeSubscription type, MeshSnapshot snapshot)
    {
        type.IsOwed = false;
        ForgetMissing(type);
        IEnumerable<SubscribedResource> known = type.Resources.Values.Where(resource => resource.Offer is not null);
        return Response(type, snapshot, [.. known.Select(resource => (resource, resource.Offer!))]);
    }

    private DiscoveryResponse Response(
        TypeSubscription type, MeshSnapshot snapshot, List<(SubscribedResource Subscribed, XdsResource Resource)> resources)
    {
        DiscoveryResponse response = new()
        {
            TypeUrl = type.Type.Url(),
            ControlPlane = snapshot.ControlPlane,
            Nonce = Send(type, resources),
            VersionInfo = VersionOf(resources.Select(each => each.Resource)),
        };
        response.Resources.Add(resources.Select(each => each.Resource.Body));
        return response;
    }

    // To be left out is all the answer that there is: what comes later is news.
    private static void ForgetMissing(TypeSubscription type)
    {
        foreach (SubscribedResource missing in type.Open.Where(resource => resource is { Offer: null, IsUndecided: false }))
        {
            missing.IsOwed = false;
        }
    }

    // The same in whatever order they stand.
    private static string VersionOf(IEnumerable<XdsResource> resources) =>
        resources.Aggregate(0UL, (version, resource) => version ^ resource.Fingerprint).ToString("x16", CultureInfo.InvariantCulture);
}
