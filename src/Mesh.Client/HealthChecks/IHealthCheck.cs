namespace Mesh.Client.HealthChecks;

/// <summary>One way to ask an endpoint whether it is well.</summary>
internal interface IHealthCheck
{
    /// <summary>Asks once. An exception means that the endpoint is not well, too.</summary>
    /// <returns>What is wrong, in a word or two; null: the endpoint is well.</returns>
    Task<string?> AskAsync(CancellationToken cancellationToken);
}
