using Mesh.Benchmarks.EndToEnd;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Mesh.Benchmarks.Control;

/// <summary>A child that holds the same streams as a config server and does nothing with them: what they cost whoever serves them.</summary>
internal static class KestrelAlone
{
    // A gRPC message without content.
    private static readonly byte[] s_empty = new byte[5];

    public static Task RunAsync() => KestrelProcess.RunAsync(Protocol.Grpc, ports: 1, _ => { }, app => app.Run(HoldAsync));

    private static async Task HoldAsync(HttpContext context)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        context.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate = null;
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(s_empty);
        await context.Response.Body.FlushAsync();
        await context.Request.Body.CopyToAsync(Stream.Null);
    }
}
