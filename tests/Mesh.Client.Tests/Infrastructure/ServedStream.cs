using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>One stream of an <see cref="AdsServer"/>.</summary>
internal sealed class ServedStream(AdsServer server, HttpContext context) : IDisposable
{
    private readonly ConcurrentDictionary<(string Type, string Name), bool> _followed = new();
    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1);

    public bool IsOver { get; private set; }

    /// <summary>What came with it.</summary>
    public IReadOnlyCollection<string> Headers { get; } = [.. context.Request.Headers.Keys];

    /// <summary>What it was told first: who asks.</summary>
    public Wire.Node? Node { get; private set; }

    public bool Follows(string type, string name) => _followed.ContainsKey((type, name));

    public async Task RunAsync(Func<ServedStream, Task> script)
    {
        context.Response.ContentType = "application/grpc";
        try
        {
            Task serving = script(this);
            await Task.WhenAny(serving, _end.Task);
            context.Response.AppendTrailer("grpc-status", _end.Task.IsCompleted ? await _end.Task : "0");
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

    /// <summary>Answers as a good server does, until the client goes.</summary>
    public async Task ServeAsync()
    {
        while (await ReadAsync() is { } request)
        {
            if (!server.IsMute && request.ResourceNamesSubscribe.Count > 0)
            {
                Wire.DeltaDiscoveryResponse answer = server.Answer(request.TypeUrl, request.ResourceNamesSubscribe, request.InitialResourceVersions);
                if (answer.Resources.Count + answer.RemovedResources.Count > 0)
                {
                    await SendAsync(answer);
                }
            }
        }
    }

    /// <summary>Null: the client has ended its half.</summary>
    public async Task<Wire.DeltaDiscoveryRequest?> ReadAsync()
    {
        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length >= 5)
            {
                byte[] head = read.Buffer.Slice(0, 5).ToArray();
                int length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1));
                if (read.Buffer.Length >= 5 + length)
                {
                    Wire.DeltaDiscoveryRequest request = Wire.DeltaDiscoveryRequest.Parser.ParseFrom(read.Buffer.Slice(5, length).ToArray());
                    reader.AdvanceTo(read.Buffer.GetPosition(5 + length));
                    return Remember(request);
                }
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>Sends the headers of the answer alone: it has the stream.</summary>
    public Task TakeAsync() => context.Response.Body.FlushAsync(context.RequestAborted);

    public Task TellAsync(string type, IEnumerable<string> names)
    {
        string[] told = [.. names];
        return told.Length == 0 ? Task.CompletedTask : SendAsync(server.Answer(type, told));
    }

    public Task SendAsync(Wire.DeltaDiscoveryResponse response) => SendAsync(response.ToByteArray());

    /// <summary>A message of these bytes.</summary>
    public Task SendAsync(byte[] message)
    {
        byte[] frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return SendRawAsync(frame);
    }

    /// <summary>These bytes, which may be half a message.</summary>
    public async Task SendRawAsync(byte[] bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the stream with a status, by default that of success.</summary>
    public void End(string status = "0") => _end.TrySetResult(status);

    /// <summary>Resets it.</summary>
    public void Reset() => context.Abort();

    public void Dispose() => _writing.Dispose();

    private Wire.DeltaDiscoveryRequest Remember(Wire.DeltaDiscoveryRequest request)
    {
        Node ??= request.Node;
        foreach (string name in request.ResourceNamesSubscribe)
        {
            _followed[(request.TypeUrl, name)] = true;
        }

        foreach (string name in request.ResourceNamesUnsubscribe)
        {
            _followed.TryRemove((request.TypeUrl, name), out _);
        }

        server.Requests.Enqueue(request);
        return request;
    }
}
