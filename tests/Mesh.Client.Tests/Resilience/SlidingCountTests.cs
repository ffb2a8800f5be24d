using CsCheck;

using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;

using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Resilience;

public sealed class SlidingCountTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly MeshClock _clock;

    public SlidingCountTests() => _clock = new MeshClock(_time);

    [Fact]
    public void An_event_counts_for_nine_to_ten_tenths_of_the_length() =>
        Gen.Int[0, 9_999].Sample(milliseconds =>
        {
            var time = new FakeTimeProvider();
            var clock = new MeshClock(time);
            var count = new SlidingCount(s_length, clock);
            time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            count.Record(clock.Now);

            time.Advance(TimeSpan.FromMilliseconds(8_999));
            Assert.Equal(1, count.Total(clock.Now));
            time.Advance(TimeSpan.FromMilliseconds(1_002));
            Assert.Equal(0, count.Total(clock.Now));
        });

    [Fact]
    public void Counts_what_a_list_of_events_counts() =>
        Gen.Int[0, 3_000].Array[1, 300].Sample(pauses =>
        {
            var time = new FakeTimeProvider();
            var clock = new MeshClock(time);
            var count = new SlidingCount(s_length, clock);
            var spans = new List<long>();
            long now = 0;
            foreach (int pause in pauses)
            {
                now += pause;
                time.Advance(TimeSpan.FromMilliseconds(pause));
                count.Record(clock.Now);
                spans.Add(now / 1_000);
                Assert.Equal(spans.Count(span => span > (now / 1_000) - 10), count.Total(clock.Now));
            }
        });

    [Fact]
    public void Another_length_keeps_what_it_covers()
    {
        var count = new SlidingCount(s_length, _clock);
        for (int second = 0; second < 10; second++)
        {
            count.Record(_clock.Now);
            _time.Advance(TimeSpan.FromSeconds(0.95));
        }

        Assert.Equal(10, count.Total(_clock.Now));
        Assert.Equal(10, count.Resize(TimeSpan.FromSeconds(60), _clock).Total(_clock.Now));
        Assert.InRange(count.Resize(TimeSpan.FromSeconds(5), _clock).Total(_clock.Now), 4, 6);

        SlidingCount longer = count.Resize(TimeSpan.FromSeconds(60), _clock);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(10, longer.Total(_clock.Now));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, longer.Total(_clock.Now));
    }

    [Fact]
    public async Task Of_events_that_race_for_a_bucket_of_an_old_span_none_is_lost()
    {
        var count = new SlidingCount(s_length, _clock);
        long now = _clock.Now;
        long span = _clock.ToTicks(s_length / 10);
        await Race.RunAsync(
            prepare: () => now += 20 * span,
            left: RecordInEachBucket,
            right: RecordInEachBucket,
            check: () => Assert.Equal(20, count.Total(now + (9 * span))));

        void RecordInEachBucket()
        {
            for (int bucket = 0; bucket < 10; bucket++)
            {
                count.Record(now + (bucket * span));
            }
        }
    }

    [Fact]
    public async Task Of_events_that_race_in_one_span_none_is_lost()
    {
        var count = new SlidingCount(s_length, _clock);
        int expected = 0;
        await Race.RunAsync(
            prepare: () => expected += 2,
            left: () => count.Record(_clock.Now),
            right: () => count.Record(_clock.Now),
            check: () => Assert.Equal(expected, count.Total(_clock.Now)));
    }

    [Fact]
    public async Task Races_with_the_turn_of_a_bucket_lose_nothing_and_misdate_at_most_one_event_a_thread()
    {
        // A common clock that runs through a bucket every few events, so that buckets turn all the time.
        const int Threads = 8;
        const int EventsPerBucket = 20;
        const int Events = 400_000;
        var count = new SlidingCount(s_length, _clock);
        long origin = _clock.Now;
        long ticksPerEvent = _clock.ToTicks(TimeSpan.FromSeconds(1)) / EventsPerBucket;
        int[] recorded = new int[(Events / EventsPerBucket) + 1];
        long events = 0;
        Task[] threads = [.. Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(Record, TaskCreationOptions.LongRunning))];
        await Task.WhenAll(threads).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(Events, recorded.Sum());
        Assert.InRange(count.Total(origin + (Events * ticksPerEvent)), recorded[^10..].Sum(), recorded[^10..].Sum() + (10 * Threads));

        void Record()
        {
            for (long mine = Interlocked.Increment(ref events); mine <= Events; mine = Interlocked.Increment(ref events))
            {
                count.Record(origin + (mine * ticksPerEvent));
                Interlocked.Increment(ref recorded[mine / EventsPerBucket]);
            }
        }
    }
}
