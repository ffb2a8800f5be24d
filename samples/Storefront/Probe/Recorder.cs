using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Storefront.Probe;

/// <summary>Listens to the mesh's instruments and to who calls, and writes what they said to standard output, a few times a second.</summary>
internal static class Recorder
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(200);
    private static readonly Lock s_lock = new();
    private static readonly TallySheet s_tallies = [];
    private static readonly Callers s_callers = new();
    private static readonly MeterListener s_listener = new();
    private static readonly Timer s_timer = new(_ => Report());

    public static void Start()
    {
        s_listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is "mesh.client.call.duration" or "mesh.client.retries" or "mesh.client.ejections")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        s_listener.SetMeasurementEventCallback<double>(OnCall);
        s_listener.SetMeasurementEventCallback<long>(OnCount);
        s_listener.Start();

        DiagnosticListener.AllListeners.Subscribe(s_callers);
        s_timer.Change(s_period, s_period);
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Report();
    }

    private static void OnCall(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        lock (s_lock)
        {
            TallyOf(tags).AddCall(seconds, succeeded: Find(tags, "mesh.outcome") == "success");
        }
    }

    private static void OnCount(Instrument instrument, long count, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        lock (s_lock)
        {
            Tally tally = TallyOf(tags);
            if (instrument.Name == "mesh.client.retries")
            {
                tally.Retries += count;
            }
            else
            {
                tally.Ejections += count;
            }
        }
    }

    private static Tally TallyOf(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        s_tallies[Find(tags, "mesh.destination") ?? "", Find(tags, "mesh.destination.version")];

    private static string? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == key)
            {
                return tag.Value as string;
            }
        }

        return null;
    }

    private static void Report()
    {
        lock (s_lock)
        {
            foreach (Tally tally in s_tallies)
            {
                Console.Out.WriteLine(tally.ToLine());
            }

            s_tallies.Clear();
            if (s_callers.TakeLine() is { } callers)
            {
                Console.Out.WriteLine(callers);
            }
        }
    }
}
