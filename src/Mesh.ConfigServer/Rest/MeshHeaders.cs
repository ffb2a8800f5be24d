using System.Globalization;
using Mesh.ConfigServer.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Rest;

/// <summary>Every answer says which version of the mesh it is about; where it is about none, which one is in force.</summary>
internal static class MeshHeaders
{
    public const string Epoch = "Mesh-Epoch";
    public const string Generation = "Mesh-Generation";

    public static IApplicationBuilder UseMeshHeaders(this IApplicationBuilder app)
    {
        IMeshStates states = app.ApplicationServices.GetRequiredService<IMeshStates>();
        return app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                if (!context.Response.Headers.ContainsKey(Epoch))
                {
                    context.Stamp(states.Current.Version);
                }

                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    public static void Stamp(this HttpContext context, StoreVersion version)
    {
        context.Response.Headers[Epoch] = version.Epoch.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[Generation] = version.Generation.ToString(CultureInfo.InvariantCulture);
    }
}
