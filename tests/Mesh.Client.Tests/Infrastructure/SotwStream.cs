using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>One stream of a <see cref="SotwServer"/>.</summary>
internal sealed class SotwStream(SotwServer server, HttpContext context) : IDisposable
{
    private readonly ConcurrentDictionary<string, (string[] Names, string Nonce)> _subscriptions = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1);

    public bool IsOver { get; private set; }

    /// <summary>Whose token came with it.</summary>
    public string? Authorization { get; } = context.Request.Headers.Authorization;

    /// <summary>Whose certificate came with it, by its thumbprint.</summary>
    public string? Caller { get; } = context.Connection.ClientCertificate?.Thumbprint;

    public Wire.Node? Node { get; private set; }

    public async Task RunAsync()
    {
        context.Response.ContentType = "application/grpc";
        try
        {
            await Task.WhenAny(ServeAsync(), _end.Task);
            context.Response.AppendTrailer("grpc-status", "0");
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client went away, or the test is over.
        }
        finally
        {
            IsOver = true;
        }
    }

    /// <summary>Tells what the server has by now.</summary>
    public Task PushAsync(string type) =>
        _subscriptions.TryGetValue(type, out (string[] Names, string Nonce) known) ? SendAsync(server.Answer(type, known.Names)) : Task.CompletedTask;

    public async Task SendAsync(Wire.DiscoveryResponse response)
    {
        byte[] message = response.ToByteArray();
        byte[] frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        await _writing.WaitAsync();
        try
        {
            if (_subscriptions.TryGetValue(response.TypeUrl, out (string[] Names, string Nonce) known))
            {
                _subscriptions[response.TypeUrl] = known with { Nonce = response.Nonce };
            }

            await context.Response.BodyWriter.WriteAsync(frame, context.RequestAborted);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the stream as servers do that want their clients to spread.</summary>
    public void End() => _end.TrySetResult();

    public void Dispose() => _writing.Dispose();

    private async Task ServeAsync()
    {
        while (await ReadAsync() is { } request)
        {
            Node ??= request.Node;
            server.Requests.Enqueue(request);
            (string[] names, string nonce) = _subscriptions.GetValueOrDefault(request.TypeUrl, ([], ""));
            if (request.ResponseNonce != nonce)
            {
                continue;
            }

            _subscriptions[request.TypeUrl] = ([.. request.ResourceNames], nonce);
            bool isNew = !names.ToHashSet().SetEquals(request.ResourceNames);
            if (!server.IsMute && request.ResourceNames.Count > 0 && (isNew || nonce.Length == 0))
            {
                await SendAsync(server.Answer(request.TypeUrl, request.ResourceNames));
            }
        }
    }

    private async Task<Wire.DiscoveryRequest?> ReadAsync()
    {
        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length >= 5)
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(read.Buffer.Slice(1, 4).ToArray());
                if (read.Buffer.Length >= 5 + length)
                {
                    Wire.DiscoveryRequest request = Wire.DiscoveryRequest.Parser.ParseFrom(read.Buffer.Slice(5, length).ToArray());
                    reader.AdvanceTo(read.Buffer.GetPosition(5 + length));
                    return request;
                }
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }
}
