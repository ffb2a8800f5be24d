namespace Mesh.ConfigServer.Xds;

/// <summary>Is told of resources that cannot be encoded, once for each state of their service.</summary>
internal interface IWithheldResources
{
    void Tell(ResourceName name, string service, Exception failure);
}
