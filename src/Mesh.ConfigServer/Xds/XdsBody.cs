using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>A resource as incremental streams send it, with its name and version; shared by all of them.</summary>
internal sealed record XdsBody(Resource Message)
{
    /// <summary>In bytes.</summary>
    public int Size { get; } = Message.CalculateSize();
}
