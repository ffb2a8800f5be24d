using System.Diagnostics.Metrics;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Telemetry;

/// <summary>How the mesh is, whenever somebody asks: sums, for every service would be a series of its own.</summary>
internal sealed class MeshGauges
{
    public MeshGauges(IMeterFactory meters, IMeshStates states, IRegistrations registrations, IXdsClients clients)
    {
        Meter meter = meters.CreateServerMeter();
        ServerInstrument services = ServerInstruments.Services;
        ServerInstrument instances = ServerInstruments.Instances;
        ServerInstrument following = ServerInstruments.Clients;
        meter.CreateObservableGauge(services.Name, () => Services(states.Current), services.Unit, services.Description);
        meter.CreateObservableGauge(
            instances.Name, () => Each(registrations.CountByState(), "state"), instances.Unit, instances.Description);
        meter.CreateObservableGauge(following.Name, () => Each(clients.Figures().BySync, "state"), following.Unit, following.Description);
        Observe(ServerInstruments.Gaps, () => clients.Figures().Gaps);
        Observe(ServerInstruments.LongestBehind, () => clients.Figures().LongestBehind.TotalSeconds);
        Observe(ServerInstruments.Software, () => clients.Figures().Software);
        Observe(ServerInstruments.Flapping, registrations.CountFlapping);

        void Observe<T>(ServerInstrument row, Func<T> value)
            where T : struct => meter.CreateObservableGauge(row.Name, value, row.Unit, row.Description);
    }

    private static IEnumerable<Measurement<int>> Services(MeshState state)
    {
        Dictionary<string, int> counts =
            state.Services.Values.CountBy(service => service.Endpoints switch { null => "unknown", [] => "none", _ => "some" }).ToDictionary();
        return ((string[])["none", "some", "unknown"]).Select(word => Measure(counts.GetValueOrDefault(word), "endpoints", word));
    }

    // Also those of which there is none: what is not there at all raises no alarm.
    private static IEnumerable<Measurement<int>> Each<T>(IReadOnlyDictionary<T, int> counts, string label)
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(value => Measure(counts.GetValueOrDefault(value), label, Word(value)));

    private static Measurement<int> Measure(int count, string label, string word) =>
        new(count, KeyValuePair.Create<string, object?>(label, word));

    private static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
