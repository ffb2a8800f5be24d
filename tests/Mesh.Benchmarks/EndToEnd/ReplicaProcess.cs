using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The service that is called: one process plays its replicas, each on a port of its own.</summary>
internal static class ReplicaProcess
{
    private const int Replicas = 3;

    public static Task RunAsync(Protocol protocol) => KestrelProcess.RunAsync(
        protocol,
        Replicas,
        _ => { },
        app => app.Run(context => AnswerAsync(context, protocol.IsGrpc)));

    private static async Task AnswerAsync(HttpContext context, bool isGrpc)
    {
        int length = int.Parse(context.Request.Path.Value.AsSpan(Answers.PathPrefix.Length), CultureInfo.InvariantCulture);
        if (isGrpc)
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(Answers.Frame(length));
            context.Response.AppendTrailer("grpc-status", "0");
        }
        else
        {
            context.Response.ContentType = "application/octet-stream";
            context.Response.ContentLength = length;
            await context.Response.Body.WriteAsync(Answers.Body(length));
        }
    }
}
