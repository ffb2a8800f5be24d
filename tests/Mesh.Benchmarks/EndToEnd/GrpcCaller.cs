using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>One caller's unary gRPC calls, as a generated client makes them, with messages that cost nothing to write or read.</summary>
internal sealed class GrpcCaller(CallInvoker invoker, int length)
{
    private static readonly byte[] s_request = new byte[100];

    private static readonly Marshaller<byte[]> s_marshaller = new(
        static (message, context) => context.Complete(message),
        static context => Answers.Body(context.PayloadLength));

    private readonly Method<byte[], byte[]> _method =
        new(MethodType.Unary, Answers.Service, length.ToString(CultureInfo.InvariantCulture), s_marshaller, s_marshaller);

    /// <summary>Makes callers that share a channel.</summary>
    public static Func<int, Func<Task>> Of(HttpMessageHandler handler, string address)
    {
        GrpcChannel channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler });
        CallInvoker invoker = channel.CreateCallInvoker();
        return length => new GrpcCaller(invoker, length).CallAsync;
    }

    private async Task CallAsync()
    {
        using AsyncUnaryCall<byte[]> call = invoker.AsyncUnaryCall(_method, host: null, default, s_request);
        byte[] answer = await call.ResponseAsync.ConfigureAwait(false);
        if (answer.Length != length)
        {
            throw new InvalidOperationException("The answer's message has another length than was asked for.");
        }
    }
}
