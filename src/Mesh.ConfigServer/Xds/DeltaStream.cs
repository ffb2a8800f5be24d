using System.Globalization;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>Incremental: requests and responses say what is different from before.</summary>
internal sealed class DeltaStream(ClientNode client, IStreamEnvironment environment)
    : DiscoveryStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(client, environment)
{
    private const string All = "*";
    private const int Internal = 13;
    private const int Unavailable = 14;

    // In one response: names may be long.
    private const int MostRemoved = 1000;

    // Others may not know the field (gRFC A88), and take a resource that is not there for one that does not exist.
    private readonly bool _isMesh = client.Profile is ClientProfile.Mesh;
    private readonly bool _takesPatches = client.TakesPatches;

    protected override (string Url, string Nonce, Status? Error) Envelope(DeltaDiscoveryRequest request) =>
        (request.TypeUrl, request.ResponseNonce, request.ErrorDetail);

    // A stale nonce makes no difference here: the differences must not get lost.
    protected override void Subscribe(TypeSubscription type, DeltaDiscoveryRequest request, bool isStale)
    {
        bool isFirst = !type.IsRequested;
        type.IsRequested = true;
        if (isFirst && request.ResourceNamesSubscribe.Count == 0 && type.Type.IsWhole())
        {
            Subscriptions.AskForAll(type);
        }

        foreach (string name in request.ResourceNamesSubscribe)
        {
            if (name == All)
            {
                Subscriptions.AskForAll(type);
                continue;
            }

            SubscribedResource resource = Subscriptions.Add(type, name);
            if (isFirst && request.InitialResourceVersions.TryGetValue(name, out string? version))
            {
                resource.Resume(version);
            }
            else if (!resource.IsRefused)
            {
                // A client that repeats itself with each refusal must not spin.
                type.Owe(resource);
            }
        }

        foreach (string name in request.ResourceNamesUnsubscribe)
        {
            type.IsForAll &= name != All;
            Subscriptions.Remove(type, name);
        }
    }

    protected override DeltaDiscoveryResponse? News(TypeSubscription type, MeshSnapshot snapshot)
    {
        // That the server is there, and how far it has come, can be said before it knows whether there is what was asked for.
        bool wantsAnswer = type is { IsOwed: true, Nonce: 0 } && (type.IsForAll || type.Open.Any(resource => resource.IsUndecided));
        List<(SubscribedResource Subscribed, XdsResource Resource, XdsBody Body)> part = PartOf(type);
        List<SubscribedResource> withheld = [.. type.Open.Where(resource => resource is { IsOwed: true, Problem: not null })];
        withheld.ForEach(resource => resource.MarkWithheld());
        List<SubscribedResource> told = _isMesh ? withheld : [];
        List<SubscribedResource> putOff = _isMesh ? [.. type.Open.Where(resource => resource is { IsOwed: true, IsUndecided: true, IsPutOff: false })] : [];
        putOff.ForEach(resource => resource.IsPutOff = true);
        List<SubscribedResource> absent = [.. type.Open.Where(resource => resource is { IsOwed: true, IsAbsent: true })];
        type.IsOwed |= absent.Count > MostRemoved;
        return part.Count + absent.Count + told.Count + putOff.Count > 0 || wantsAnswer
            ? Response(type, snapshot, part, [.. absent.Take(MostRemoved)], [.. told.Select(each => Error(each, Internal, each.Problem!)), .. putOff.Select(NotYet)])
            : null;
    }

    protected override XdsBody BodyOf(SubscribedResource subscribed, XdsResource resource) =>
        _takesPatches && subscribed.Known is { } known && resource.PatchFrom(known) is { } patch ? patch : resource.Whole;

    protected override DeltaDiscoveryResponse? Removal(TypeSubscription type, MeshSnapshot snapshot) =>
        Response(type, snapshot, [], [.. type.Open.Where(resource => resource.IsGone).Take(MostRemoved)], []);

    private static ResourceError NotYet(SubscribedResource resource) =>
        Error(resource, Unavailable, "This server was just started: it does not know yet whether there is one, and tells when it does.");

    private static ResourceError Error(SubscribedResource resource, int code, string message) => new()
    {
        ResourceName = new Mesh.Model.Xds.Wire.ResourceName { Name = resource.Name.Text },
        ErrorDetail = new Status { Code = code, Message = message },
    };

    private DeltaDiscoveryResponse Response(
        TypeSubscription type,
        MeshSnapshot snapshot,
        List<(SubscribedResource Subscribed, XdsResource Resource, XdsBody Body)> resources,
        List<SubscribedResource> removed,
        ResourceError[] errors)
    {
        DeltaDiscoveryResponse response = new()
        {
            TypeUrl = type.Type.Url(),
            ControlPlane = snapshot.ControlPlane,
            Nonce = Send(type, resources.Select(each => (each.Subscribed, each.Resource))),
            SystemVersionInfo = string.Create(CultureInfo.InvariantCulture, $"{snapshot.State.Epoch}.{snapshot.State.Generation}"),
        };
        response.Resources.Add(resources.Select(each => each.Body.Message));
        response.RemovedResources.Add(removed.Select(each => each.Name.Text));
        response.ResourceErrors.Add(errors);
        DateTimeOffset now = Now;
        removed.ForEach(each => each.MarkAbsent(now));
        return response;
    }
}
