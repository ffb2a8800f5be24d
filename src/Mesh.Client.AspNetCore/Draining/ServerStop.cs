using Mesh.Client.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Draining;

/// <summary>Stops the web server: what is in flight may end, but not after the time to drain.</summary>
internal sealed class ServerStop(IServer server, TimeProvider time, ILogger logger)
{
    /// <summary>Begins it before the host does, which would leave calls the whole shutdown timeout. The host's own stop of the server joins this one.</summary>
    /// <param name="within">How long calls have still.</param>
    /// <param name="drainTimeout">What is told.</param>
    /// <param name="cancellationToken">The host's. Its own stop of the server, which has it, waits for this one and looks at nothing else.</param>
    public async Task RunAsync(TimeSpan within, TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource cut = new(within, time);
        using CancellationTokenRegistration told = cut.Token.UnsafeRegister(_ => Guarded.Log(() => logger.CallsCut(drainTimeout)), null);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cut.Token, cancellationToken);
        await server.StopAsync(over.Token).ConfigureAwait(false);
    }
}
