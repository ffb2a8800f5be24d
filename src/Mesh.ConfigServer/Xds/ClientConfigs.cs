using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>Puts a client's state into the words of CSDS.</summary>
internal static class ClientConfigs
{
    public static ClientConfig Of(ClientStatus client, bool withContents)
    {
        ClientConfig config = new() { Node = client.Node.Node, ClientScope = client.Address };
        config.GenericXdsConfigs.Add(client.Resources.Select(resource => Of(resource, withContents)));
        return config;
    }

    private static ClientConfig.Types.GenericXdsConfig Of(ResourceStatus resource, bool withContents)
    {
        (ConfigStatus server, ClientResourceStatus client) = resource.State switch
        {
            ResourceState.Requested => (ConfigStatus.NotSent, ClientResourceStatus.Requested),
            ResourceState.Synced => (ConfigStatus.Synced, ClientResourceStatus.Acked),
            ResourceState.Stale when resource.AcknowledgedVersion is null => (ConfigStatus.Stale, ClientResourceStatus.Requested),
            ResourceState.Stale => (ConfigStatus.Stale, ClientResourceStatus.Acked),
            ResourceState.Nacked => (ConfigStatus.Error, ClientResourceStatus.Nacked),
            ResourceState.NotFound => (ConfigStatus.NotSent, ClientResourceStatus.DoesNotExist),
            _ => throw new InvalidOperationException($"CSDS has no word for {resource.State}."),
        };
        return new ClientConfig.Types.GenericXdsConfig
        {
            TypeUrl = resource.Type.Url(),
            Name = resource.Name,
            VersionInfo = resource.AcknowledgedVersion ?? "",
            XdsConfig = withContents ? resource.Content?.Body : null,
            LastUpdated = resource.AcknowledgedAt?.ToTimestamp(),
            ConfigStatus = server,
            ClientStatus = client,
            ErrorState = resource.Error is null ? null : new UpdateFailureState
            {
                Details = resource.Error,
                VersionInfo = resource.Version ?? "",
                LastUpdateAttempt = resource.SentAt?.ToTimestamp(),
            },
        };
    }
}
