using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mesh.Client.AspNetCore.Draining;

/// <summary>Answers of a process that drains tell callers to take another connection for what comes next.</summary>
internal sealed class DrainingAnswers(DrainState drain) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(following => context =>
        {
            if (drain.IsDraining)
            {
                CloseAfter(context);
            }

            return following(context);
        });
        next(app);
    };

    // HTTP/2 has no such header: its connections are told to go away, and those that are opened from then on go elsewhere.
    private static void CloseAfter(HttpContext context)
    {
        if (HttpProtocol.IsHttp10(context.Request.Protocol) || HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            // As the answer begins: an exception handler may clear what was set before. The header of an upgrade says that it is one.
            context.Response.OnStarting(static state =>
            {
                HttpResponse response = (HttpResponse)state;
                if (response.StatusCode != StatusCodes.Status101SwitchingProtocols)
                {
                    response.Headers[HeaderNames.Connection] = "close";
                }

                return Task.CompletedTask;
            }, context.Response);
        }
        else
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }
}
