using System.Collections.Concurrent;
using Mesh.ConfigServer.Registry;

namespace Mesh.ConfigServer.Tests.Infrastructure;

/// <summary>Registrations that are kept as long as the test.</summary>
internal sealed class MemoryRegistrations : IRegistrationStore
{
    /// <summary>What was done, in order: <c>+catalog.default/a 1</c>.</summary>
    public ConcurrentQueue<string> Done { get; } = new();

    public Task PutAsync(Registration registration, bool canWait)
    {
        Done.Enqueue($"+{Text(registration)}");
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Registration registration)
    {
        Done.Enqueue($"-{Text(registration)}");
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Text(Registration registration) => $"{registration.Service}/{registration.Instance} {registration.Epoch}";
}
