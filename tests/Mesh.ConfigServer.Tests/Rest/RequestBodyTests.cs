using System.Text;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Rest;
using Mesh.ConfigServer.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Tests.Rest;

public sealed class RequestBodyTests
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(RestLimits.LargeBody + 1)]
    [InlineData(null)]
    public async Task A_large_body_is_not_even_read_before_the_one_before_it_is_answered(int? length)
    {
        Task<IResult> first = Take(Request(RestLimits.LargeBody + 1), HoldAsync);
        await _entered.Task.InTime();
        HttpContext second = Request(length);
        Task<IResult> answer = Take(second, documents => Task.FromResult(Results.Ok(documents.Documents.Length)));
        Assert.Equal((false, 0), (answer.IsCompleted, second.Request.Body.Position));

        // Small ones pass by.
        await Take(Request(RestLimits.LargeBody), _ => Task.FromResult(Results.Ok())).InTime();
        Assert.Equal((false, 0), (answer.IsCompleted, second.Request.Body.Position));

        _gate.SetResult();
        await first.InTime();
        await answer.InTime();
        Assert.Equal(second.Request.Body.Length, second.Request.Body.Position);
    }

    [Fact]
    public async Task One_that_fails_makes_way_for_the_next()
    {
        Task<IResult> first = Take(Request(null), async documents =>
        {
            await HoldAsync(documents);
            throw new InvalidOperationException("No.");
        });
        _gate.SetResult();
        await Assert.ThrowsAsync<InvalidOperationException>(() => first.InTime());
        await Take(Request(null), _ => Task.FromResult(Results.Ok())).InTime();
    }

    private static Task<IResult> Take(HttpContext context, Func<DocumentSet, Task<IResult>> answer) =>
        RequestBody.WithDocumentsAsync(context, answer);

    private static DefaultHttpContext Request(int? length)
    {
        DefaultHttpContext context = new();
        string document = "kind: Service\nname: a\n";
        context.Request.ContentType = "application/yaml";
        context.Request.ContentLength = length;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(document.PadRight(length ?? document.Length)));
        return context;
    }

    private async Task<IResult> HoldAsync(DocumentSet documents)
    {
        _entered.SetResult();
        await _gate.Task;
        return Results.Ok(documents.Documents.Length);
    }
}
