namespace Mesh.Client.Identity;

/// <summary>Has decided on the certificate that a server showed on one connection.</summary>
internal interface IServerCheck
{
    /// <summary>Why it was refused; null: none was.</summary>
    string? Refusal { get; }
}
