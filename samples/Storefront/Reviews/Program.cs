using System.Diagnostics;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceMesh();
var trouble = builder.Configuration.GetRequiredSection("Trouble").Get<Trouble>()!;

var app = builder.Build();
app.MapGet("/items/{id:int}", async (int id, CancellationToken cancellation) =>
{
    await Task.Delay(trouble.Delay, cancellation);
    return trouble.IsOn ? Results.StatusCode(503) : Results.Ok(new { Stars = 1 + (id % 5) });
});
app.Run();

/// <summary>How long an answer takes, and when there is none: in the last <c>FailFor</c> of every <c>FailEvery</c>.</summary>
internal sealed record Trouble(TimeSpan Delay, TimeSpan FailEvery, TimeSpan FailFor)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public bool IsOn => Stopwatch.GetElapsedTime(_start).Ticks % FailEvery.Ticks >= (FailEvery - FailFor).Ticks;
}
