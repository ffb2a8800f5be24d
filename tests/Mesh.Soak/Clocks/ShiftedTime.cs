using System.Globalization;

namespace Mesh.Soak.Clocks;

/// <summary>A clock that somebody sets: the date jumps, and time goes on as ever.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    public ShiftedTime(string seconds) => Set(seconds);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));

    /// <summary>Sets it as each line of the standard input says, and says so, until that ends.</summary>
    public async Task FollowInputAsync()
    {
        while (await Console.In.ReadLineAsync() is { } seconds)
        {
            Set(seconds);
            Console.WriteLine(seconds);
        }
    }

    private void Set(string seconds) => Interlocked.Exchange(ref _shift, TimeSpan.FromSeconds(long.Parse(seconds, CultureInfo.InvariantCulture)).Ticks);
}
