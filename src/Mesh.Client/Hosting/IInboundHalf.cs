namespace Mesh.Client.Hosting;

/// <summary>What looks after the calls that reach this process. It comes with a package of its own.</summary>
internal interface IInboundHalf
{
    /// <summary>Null: there is no config server to register with, or nothing that it could be told.</summary>
    RegistrationDescription? Describe();
}
