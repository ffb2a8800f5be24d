namespace Mesh.ConfigServer.Xds;

/// <summary>What a name leads to; neither: there is no such resource.</summary>
/// <param name="Resource">The resource, where it could not be encoded the last that could.</param>
/// <param name="Problem">Why it cannot be encoded.</param>
/// <param name="IsUndecided">Whether there may be such a resource, and the server has not heard of it yet.</param>
internal readonly record struct Lookup(XdsResource? Resource, string? Problem, bool IsUndecided = false)
{
    public static Lookup Nothing => default;

    public static Lookup Undecided => new(null, null, IsUndecided: true);

    public bool IsNothing => Resource is null && Problem is null && !IsUndecided;
}
