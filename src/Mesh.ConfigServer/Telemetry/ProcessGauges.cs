using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mesh.ConfigServer.Telemetry;

/// <summary>The process itself, by the names that Prometheus' own libraries have for it.</summary>
internal sealed class ProcessGauges
{
    public ProcessGauges(IMeterFactory meters)
    {
        Meter meter = meters.CreateServerMeter();
        ServerInstrument memory = ServerInstruments.ResidentMemory;
        ServerInstrument cpu = ServerInstruments.CpuTime;
        ServerInstrument handles = ServerInstruments.OpenHandles;
        ServerInstrument start = ServerInstruments.StartTime;
        meter.CreateObservableGauge(memory.Name, () => Environment.WorkingSet, memory.Unit, memory.Description);
        meter.CreateObservableCounter(cpu.Name, () => Of(process => process.TotalProcessorTime.TotalSeconds), cpu.Unit, cpu.Description);
        meter.CreateObservableGauge(handles.Name, () => Of(process => process.HandleCount), handles.Unit, handles.Description);
        meter.CreateObservableGauge(
            start.Name, () => Of(process => (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds), start.Unit,
            start.Description);
    }

    private static T Of<T>(Func<Process, T> read)
    {
        using Process process = Process.GetCurrentProcess();
        return read(process);
    }
}
