namespace Mesh.ConfigServer.Certificates;

/// <summary>Told which processes know whom the mesh trusts, and of which moment.</summary>
internal interface IBundleAcknowledgements
{
    /// <summary>A process has a bundle. Nothing, where it is not one that has joined.</summary>
    /// <param name="caller">Who it has proven to be.</param>
    /// <param name="hash">Which bundle: <see cref="BundleHash.Of"/>.</param>
    void Acknowledge(CallerIdentity caller, string hash);
}
