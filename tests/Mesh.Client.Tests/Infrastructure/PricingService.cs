using Grpc.Core;
using Mesh.Client.Tests.Grpc;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A gRPC service whose methods tests replace. By default it prices everything at once.</summary>
internal sealed class PricingService : Pricing.PricingBase
{
    private int _calls;

    /// <summary>Calls of any method.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Runs first, in every method.</summary>
    public Func<ServerCallContext, Task> Before { get; set; } = _ => Task.CompletedTask;

    public Func<PriceRequest, IServerStreamWriter<PriceReply>, ServerCallContext, Task> OnWatch { get; set; } = async (request, replies, _) =>
    {
        for (int i = 1; i <= request.Count; i++)
        {
            await replies.WriteAsync(new PriceReply { Item = request.Item, Cents = i });
        }
    };

    public override async Task<PriceReply> Get(PriceRequest request, ServerCallContext context)
    {
        await BeginAsync(context);
        return new PriceReply { Item = request.Item, Cents = 100 * request.Count };
    }

    public override async Task<PriceReply> Sum(IAsyncStreamReader<PriceRequest> requestStream, ServerCallContext context)
    {
        await BeginAsync(context);
        PriceReply sum = new();
        await foreach (PriceRequest request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            sum.Cents += request.Count;
        }

        return sum;
    }

    public override async Task Watch(PriceRequest request, IServerStreamWriter<PriceReply> responseStream, ServerCallContext context)
    {
        await BeginAsync(context);
        await OnWatch(request, responseStream, context);
    }

    public override async Task Chat(
        IAsyncStreamReader<PriceRequest> requestStream, IServerStreamWriter<PriceReply> responseStream, ServerCallContext context)
    {
        await BeginAsync(context);
        await foreach (PriceRequest request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(new PriceReply { Item = request.Item, Cents = request.Count });
        }
    }

    private Task BeginAsync(ServerCallContext context)
    {
        Interlocked.Increment(ref _calls);
        return Before(context);
    }
}
