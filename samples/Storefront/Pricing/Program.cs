using Grpc.Core;
using Shop;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceMesh();
builder.Services.AddGrpc();

var app = builder.Build();
app.MapGrpcService<PricingService>();
app.Run();

internal sealed class PricingService : Pricing.PricingBase
{
    public override Task<Price> Get(PriceRequest request, ServerCallContext context) =>
        Task.FromResult(new Price { Cents = 499 + (100 * request.Item) });
}
