using System.Collections.Immutable;
using Grpc.Core;

namespace Mesh.ConfigServer.Xds;

/// <summary>What a client wants, of all types.</summary>
internal sealed class Subscriptions(ClientNode client, IStreamEnvironment environment)
{
    private const int MaxNameLength = 1024;

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
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"A resource's name may have {MaxNameLength} characters, but one has {name.Length}."));
        }

        if (Types.Sum(each => each.Resources.Count) >= environment.MaxNames)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"A stream may subscribe to {environment.MaxNames} names. Ask for the services that are called, not for all."));
        }

        resource = new SubscribedResource(ResourceName.Parse(type.Type, name, client.Namespace)) { IsOwed = true };
        type.Resources.Add(name, resource);
        foreach (LookupKey key in resource.Name.Keys)
        {
            environment.Watch(key);
        }

        return resource;
    }

    public void Remove(TypeSubscription type, string name)
    {
        if (type.Resources.Remove(name, out SubscribedResource? resource))
        {
            foreach (LookupKey key in resource.Name.Keys)
            {
                environment.Unwatch(key);
            }
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

    /// <summary>Sees what there is now.</summary>
    public void Look(MeshSnapshot snapshot)
    {
        foreach (SubscribedResource resource in Resources)
        {
            resource.Look(snapshot, client);
        }
    }
}
