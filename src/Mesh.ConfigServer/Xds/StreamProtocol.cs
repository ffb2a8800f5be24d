namespace Mesh.ConfigServer.Xds;

/// <summary>The ways to speak xDS.</summary>
internal enum StreamProtocol
{
    /// <summary>State of the world.</summary>
    Sotw,

    /// <summary>Incremental.</summary>
    Delta,
}
