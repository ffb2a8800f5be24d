using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The service that is called: one process plays its replicas, each on a port of its own.</summary>
internal static class ReplicaProcess
{
    private const int Replicas = 3;

    public static Task RunAsync(Protocol protocol, Tls tls, string identities) => KestrelProcess.RunAsync(
        protocol,
        Replicas,
        tls == Tls.Mesh ? builder => Join(builder, identities) : _ => { },
        app => app.Run(context => AnswerAsync(context, protocol.IsGrpc)),
        tls is Tls.Raw or Tls.Resuming ? listen => RawTls.Guard(listen, identities, resumes: tls == Tls.Resuming) : null);

    /// <summary>The mesh, which lets in nobody but those whom it knows.</summary>
    private static void Join(WebApplicationBuilder builder, string identities)
    {
        builder.Configuration.AddInMemoryCollection(
        [
            new("Mesh:Service:Name", Answers.Service),
            new("Mesh:Identity:Directory", Identities.FolderOf(identities, Answers.Service)),
            new("Mesh:Inbound:Tls", "Strict"),
        ]);
        builder.Services.AddRoutingCore();
        builder.AddServiceMesh();
    }

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
