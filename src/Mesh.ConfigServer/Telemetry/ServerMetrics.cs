using System.Diagnostics.Metrics;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Telemetry;

/// <summary>What the store and the REST API measure.</summary>
internal sealed class ServerMetrics
{
    private readonly Counter<long> _writes;
    private readonly Counter<long> _requests;

    public ServerMetrics(IMeterFactory meters, IMeshStore store)
    {
        Meter meter = meters.CreateServerMeter();
        ServerInstrument generation = ServerInstruments.Generation;
        ServerInstrument documents = ServerInstruments.Documents;
        meter.CreateObservableGauge(generation.Name, () => store.Current.Generation, generation.Unit, generation.Description);
        meter.CreateObservableGauge(documents.Name, () => Count(store.Current), documents.Unit, documents.Description);
        ServerInstrument refused = ServerInstruments.FolderRefused;
        meter.CreateObservableGauge(refused.Name, () => store.Refusal is null ? 0 : 1, refused.Unit, refused.Description);
        _writes = meter.Counter(ServerInstruments.Writes);
        _requests = meter.Counter(ServerInstruments.Requests);
    }

    public void Request(string route, string method, int status) =>
        _requests.Add(1, KeyValuePair.Create<string, object?>("route", route), KeyValuePair.Create<string, object?>("method", method),
            KeyValuePair.Create<string, object?>("status", status));

    /// <summary>The write, counted when it ends.</summary>
    public async Task<WriteResult> Write(Func<Task<WriteResult>> write)
    {
        try
        {
            WriteResult result = await write().ConfigureAwait(false);
            Wrote(
                result.DryRun ? "dry_run"
                : result.Changes.All(change => change.Action == ChangeAction.Unchanged) ? "unchanged"
                : "written");
            return result;
        }
        catch (BadDocumentsException bad)
        {
            Wrote(bad.IsConflict ? "conflict" : "bad_documents");
            throw;
        }
        catch (StoreException store)
        {
            Wrote(store.Failure switch
            {
                StoreFailure.Unavailable => "unavailable",
                StoreFailure.ReadOnly => "read_only",
                StoreFailure.PreconditionFailed => "precondition_failed",
                _ => "refused",
            });
            throw;
        }
    }

    private static IEnumerable<Measurement<long>> Count(MeshState state) => state.Documents.Keys.GroupBy(key => key.Kind)
        .Select(kind => new Measurement<long>(kind.LongCount(), KeyValuePair.Create<string, object?>("kind", kind.Key)));

    private void Wrote(string result) => _writes.Add(1, KeyValuePair.Create<string, object?>("result", result));
}
