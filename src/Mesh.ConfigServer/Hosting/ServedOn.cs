using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Hosting;

/// <summary>Metadata of an endpoint. Whoever may call one listener may not call the other's endpoints.</summary>
internal sealed record ServedOn(Listener Listener)
{
    /// <summary>
    /// Endpoints of the other listener do not exist on this one. What routing itself answers, such as 405, is left to HTTP.
    /// </summary>
    public static Task Check(HttpContext context, RequestDelegate next)
    {
        Listener listener = ListenerFeature.Of(context).Listener;
        if (context.GetEndpoint() is { } endpoint
            && (endpoint.Metadata.GetMetadata<ServedOn>()?.Listener ?? Listener.Http) != listener)
        {
            context.SetEndpoint(null);
        }

        return next(context);
    }
}
