namespace Mesh.ConfigServer.Hosting;

/// <summary>What a connection came in by; an endpoint bears the one that it is served on.</summary>
internal enum Listener
{
    Http,
    Xds,
    XdsTls,
}
