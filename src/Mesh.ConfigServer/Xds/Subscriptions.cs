using System.Collections.Immutable;
using Grpc.Core;

namespace Mesh.ConfigServer.Xds;

/// <summary>What a client wants, of all types.</summary>
internal sealed class Subscriptions(ClientNode client, IStreamEnvironment environment)
{
    private const int MaxNameLength = 1024;

    // Each has its own copy of the service's endpoints.
    private const int MaxSubsets = 64;

    /// <summary>In the order of making.</summary>
    public ImmutableArray<TypeSubscription> Types { get; } = [.. ResourceTypes.InOrderOfMaking.Select(type => new TypeSubscription(type))];

    public IEnumerable<SubscribedResource> Resources => Types.SelectMany(type => type.Resources.Values);

    public TypeSubscription this[ResourceType type] => Types[(int)type];

    /// <summary>Makes a subscription, or gives the one there is.</summary>
    /// <exception cref="RpcException">It is one too many, or has a name that nothing has.</exception>
    public SubscribedResource Add(TypeSubscription type, string name)
    {
        if (type.Resources.TryGetValue(name, out SubscribedResource? resource))
        {
            return resource;
        }

        if (name.Length > MaxNameLength)
        {
            throw new RpcException(new Status(
                StatusCode.InvalidArgument, $"A resource's name may have {MaxNameLength} characters, but one has {name.Length}."));
        }

        if (Types.Sum(each => each.Resources.Count) >= environment.MaxNames)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"A stream may subscribe to {environment.MaxNames} names. Ask for the services that are called, not for all."));
        }

        if (type.Type is ResourceType.InboundPolicy && name != client.OwnName)
        {
            throw new RpcException(new Status(
                StatusCode.PermissionDenied, $"A process is told who may call its own service, {client.OwnName ?? "which it does not say"}, and no other."));
        }

        resource = new SubscribedResource(ResourceName.Parse(type.Type, name, client.Namespace)) { IsOwed = true };
        if (resource.Name.Subset is not null && type.SubsetsOf(resource.Name.Service) >= MaxSubsets)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted,
                $"A stream may subscribe to {MaxSubsets} subsets of a service, and asks for more of {resource.Name.Service}."));
        }

        // Where it is watched its name is one that others have, too.
        environment.Watch(resource);
        type.Add(resource);
        return resource;
    }

    public void Remove(TypeSubscription type, string name)
    {
        if (type.Remove(name) is { } resource)
        {
            environment.Unwatch(resource);
        }
    }

    /// <summary>The client wants nothing any more.</summary>
    public void Leave()
    {
        foreach (TypeSubscription type in Types)
        {
            type.Resources.Keys.ToList().ForEach(name => Remove(type, name));
        }
    }

    public void AskForAll(TypeSubscription type)
    {
        if (!type.IsForAll)
        {
            (type.IsForAll, type.IsOwed) = (true, true);
            environment.AskedForAll(type.Type);
        }
    }

    /// <summary>Sees what there is now of what may have changed.</summary>
    public void Look(MeshSnapshot snapshot, IEnumerable<SubscribedResource> unseen)
    {
        foreach (SubscribedResource resource in unseen)
        {
            bool wasUndecided = resource.IsUndecided;
            resource.Look(snapshot, client);
            TypeSubscription type = this[resource.Name.Type];
            type.MarkOpen(resource);
            type.IsOwed |= wasUndecided && resource is { IsUndecided: false, IsOwed: true };
        }

        foreach (TypeSubscription type in Types)
        {
            type.DropSaid();
        }
    }
}
