namespace Mesh.Model;

/// <summary>What becomes of a call to a service that no policy allows anything for.</summary>
internal enum AuthorizationDefault
{
    Allow,
    Deny,

    /// <summary>Callers that have proven who they are may pass.</summary>
    AuthenticatedOnly,
}
