using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Registry;

/// <summary>A clock whose date is wrong by as much as the test likes, while time goes on as ever.</summary>
internal sealed class JumpingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    public TimeSpan Jump { get; set; }

    /// <summary>Time in which the machine was there and this process was not.</summary>
    public TimeSpan Stall { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

    // The base class takes it from the date.
    public override long GetTimestamp() => base.GetTimestamp() - Jump.Ticks + Stall.Ticks;
}
