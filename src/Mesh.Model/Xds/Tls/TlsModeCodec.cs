namespace Mesh.Model.Xds;

/// <summary>Whether connections are secured, and who shows a certificate.</summary>
internal static class TlsModeCodec
{
    public static Wire.MeshTlsMode Encode(TlsMode? mode) => mode switch
    {
        TlsMode.Disabled => Wire.MeshTlsMode.Disabled,
        TlsMode.Simple => Wire.MeshTlsMode.Simple,
        TlsMode.Mutual => Wire.MeshTlsMode.Mutual,
        TlsMode.Mesh => Wire.MeshTlsMode.Mesh,
        _ => Wire.MeshTlsMode.NotGiven,
    };

    /// <summary>Null where it is not given, and after a fault.</summary>
    public static TlsMode? Decode(Wire.MeshTlsMode mode, XdsField at)
    {
        switch (mode)
        {
            case Wire.MeshTlsMode.NotGiven:
                return null;
            case Wire.MeshTlsMode.Disabled:
                return TlsMode.Disabled;
            case Wire.MeshTlsMode.Simple:
                return TlsMode.Simple;
            case Wire.MeshTlsMode.Mutual:
                return TlsMode.Mutual;
            case Wire.MeshTlsMode.Mesh:
                return TlsMode.Mesh;
            default:
                at.Fault($"The mode {(int)mode} is of a later version.");
                return null;
        }
    }
}
