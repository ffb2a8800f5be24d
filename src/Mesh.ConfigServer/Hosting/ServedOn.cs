using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Hosting;

/// <summary>Metadata of an endpoint. Whoever may call one listener may not call the others' endpoints.</summary>
internal sealed class ServedOn(params Listener[] listeners)
{
    /// <summary>
    /// Endpoints of other listeners do not exist on this one. What routing itself answers, such as 405, is left to HTTP.
    /// </summary>
    public static Task Check(HttpContext context, RequestDelegate next)
    {
        Listener listener = ListenerFeature.Of(context).Listener;
        if (context.GetEndpoint() is { } endpoint
            && !(endpoint.Metadata.GetMetadata<ServedOn>()?.IsOn(listener) ?? listener == Listener.Http))
        {
            context.SetEndpoint(null);
        }

        return next(context);
    }

    private bool IsOn(Listener listener) => listeners.Contains(listener);
}
