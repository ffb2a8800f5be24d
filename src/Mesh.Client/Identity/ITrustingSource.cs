using Mesh.Model.Identity;

namespace Mesh.Client.Identity;

/// <summary>An identity whose giver also says whom to believe, between renewals too.</summary>
internal interface ITrustingSource : IIdentitySource
{
    /// <summary>These are to be believed from now on, where there is an identity.</summary>
    void Trust(TrustBundle trust);
}
