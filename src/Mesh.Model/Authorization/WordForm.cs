namespace Mesh.Model.Authorization;

/// <summary>What of a text a word is compared with.</summary>
internal enum WordForm
{
    Exact,
    Prefix,
    Suffix,
    Any,
}
