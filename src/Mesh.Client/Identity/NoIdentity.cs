namespace Mesh.Client.Identity;

/// <summary>The settings name nobody who would give this process an identity.</summary>
internal sealed class NoIdentity : IIdentitySource
{
    public WorkloadIdentity? Current => null;

    public bool IsSomebody => false;

    public Task FirstTry => Task.CompletedTask;

    public string? Trouble => "The settings name nobody who gives it one: set Mesh:ConfigServer:Addresses to a config server with https, or Mesh:Identity:Directory.";

    public string? Description => null;

    public event Action? Changed
    {
        add { }
        remove { }
    }

    public Task<WorkloadIdentity> WaitAsync(CancellationToken cancellationToken) =>
        Task.FromException<WorkloadIdentity>(new IdentityException($"This process has no identity. {Trouble}"));
}
