namespace Mesh.ConfigServer.Xds;

/// <summary>What a name leads to; neither: there is no such resource.</summary>
/// <param name="Resource">The resource, where it could not be encoded the last that could.</param>
/// <param name="Problem">Why it cannot be encoded.</param>
internal readonly record struct Lookup(XdsResource? Resource, string? Problem)
{
    public static Lookup Nothing => default;

    public bool IsNothing => Resource is null && Problem is null;
}
