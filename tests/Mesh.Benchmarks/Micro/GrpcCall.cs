using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Benchmarks.Terminals;

namespace Mesh.Benchmarks.Micro;

/// <summary>A unary gRPC call as a generated client makes it, with a message that costs nothing to write or read.</summary>
internal sealed class GrpcCall(HttpMessageHandler handler)
{
    public const string Host = "pricing";

    public const string Service = "shop.Pricing";

    public const string MethodName = "Get";

    private static readonly byte[] s_message = new byte[GrpcTerminal.MessageLength];

    private static readonly Marshaller<byte[]> s_marshaller = new(
        static (message, context) => context.Complete(message),
        static context => context.PayloadLength == GrpcTerminal.MessageLength ? s_message : []);

    private static readonly Method<byte[], byte[]> s_method = new(MethodType.Unary, Service, MethodName, s_marshaller, s_marshaller);

    private readonly CallInvoker _invoker = GrpcChannel
        .ForAddress($"http://{Host}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true })
        .CreateCallInvoker();

    public async Task SendAsync()
    {
        using AsyncUnaryCall<byte[]> call = _invoker.AsyncUnaryCall(s_method, host: null, default, s_message);
        byte[] answer = await call.ResponseAsync.ConfigureAwait(false);
        if (answer.Length != GrpcTerminal.MessageLength)
        {
            throw new InvalidOperationException($"The answer's message has {answer.Length} bytes.");
        }
    }
}
