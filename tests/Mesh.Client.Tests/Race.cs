using System.Diagnostics;

namespace Mesh.Client.Tests;

/// <summary>Two threads that do their part at the same moment, again and again, so that windows of nanoseconds are hit.</summary>
internal static class Race
{
    private const int Rounds = 20_000;
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(10);

    /// <summary>Runs the rounds, or as many as the time bound allows. Every step of a round is over before the next one begins.</summary>
    public static async Task RunAsync(Action prepare, Action left, Action right, Action check)
    {
        int started = 0;
        int ended = 0;
        Task other = Task.Factory.StartNew(RunRight, TaskCreationOptions.LongRunning);
        try
        {
            long start = Stopwatch.GetTimestamp();
            for (int round = 1; round <= Rounds && Stopwatch.GetElapsedTime(start) < s_bound; round++)
            {
                prepare();
                Volatile.Write(ref started, round);

                // The other thread takes a while to see it: meet it at another point each time.
                Thread.SpinWait(round % 40);
                left();
                Await(() => Volatile.Read(ref ended) == round || other.IsCompleted);
                check();
            }
        }
        finally
        {
            Volatile.Write(ref started, -1);
        }

        await other.WaitAsync(s_bound, TestContext.Current.CancellationToken);

        void RunRight()
        {
            for (int round = 1; ; round++)
            {
                Await(() => Volatile.Read(ref started) is var now && (now == round || now < 0));
                if (Volatile.Read(ref started) < 0)
                {
                    return;
                }

                right();
                Volatile.Write(ref ended, round);
            }
        }
    }

    private static void Await(Func<bool> condition)
    {
        SpinWait spinner = default;
        while (!condition())
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }
}
