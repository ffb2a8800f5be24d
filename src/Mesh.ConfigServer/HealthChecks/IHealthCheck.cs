namespace Mesh.ConfigServer.HealthChecks;

/// <summary>One way to ask an instance whether it is well.</summary>
internal interface IHealthCheck
{
    /// <summary>Asks once. An exception means that the instance is not well, too.</summary>
    /// <returns>What is wrong, in a word or two; null: the instance is well.</returns>
    Task<string?> AskAsync(CancellationToken cancellationToken);
}
