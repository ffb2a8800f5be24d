using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Xds;

/// <summary>The server's end does not wait for clients that do not read.</summary>
internal static class DrainedConnections
{
    /// <summary>
    /// Cuts the connections that are still open a moment after their last stream was ended: their clients do not read what they were sent,
    /// and while they do not even the end of a stream cannot be written.
    /// </summary>
    public static void CutWhenDrained(this ListenOptions listen)
    {
        XdsSessions sessions = listen.ApplicationServices.GetRequiredService<XdsSessions>();
        listen.Use(next => async connection =>
        {
            using CancellationTokenRegistration cut = sessions.Drained.UnsafeRegister(
                static state => ((ConnectionContext)state!).Abort(new ConnectionAbortedException("The server has stopped.")), connection);
            await next(connection).ConfigureAwait(false);
        });
    }
}
