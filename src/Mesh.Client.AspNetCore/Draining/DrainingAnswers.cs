using Mesh.Client.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mesh.Client.AspNetCore.Draining;

/// <summary>Answers of a process that drains tell callers to take another connection for what comes next, and those of the mesh to go elsewhere.</summary>
internal sealed class DrainingAnswers(DrainState drain) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(following => context =>
        {
            if (drain.IsDraining)
            {
                SendElsewhere(context);
            }

            return following(context);
        });
        next(app);
    };

    private static void SendElsewhere(HttpContext context)
    {
        // As the answer begins: an exception handler may clear what was set before.
        context.Response.OnStarting(static state =>
        {
            HttpContext context = (HttpContext)state;
            IHeaderDictionary headers = context.Response.Headers;
            headers[Departures.Header] = "true";

            // HTTP/2 has no such header: its connections are told to go away as the server stops. Not from here: a close that Kestrel begins just as
            // the connection's last answer ends may cut that answer. And that of an upgrade says that it is one.
            if (IsHttp1(context) && context.Response.StatusCode != StatusCodes.Status101SwitchingProtocols)
            {
                headers[HeaderNames.Connection] = "close";
            }

            return Task.CompletedTask;
        }, context);
    }

    private static bool IsHttp1(HttpContext context) => HttpProtocol.IsHttp10(context.Request.Protocol) || HttpProtocol.IsHttp11(context.Request.Protocol);
}
