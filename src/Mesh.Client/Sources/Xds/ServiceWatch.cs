using Mesh.Client.Sources.Dns;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// Tells one observer of a service, the newest answer each time, one after the other and without any lock of the client's: who is told may
/// ask for further services.
/// </summary>
internal sealed class ServiceWatch(string service, DnsLookups lookups, Action<SourceAnswer> observer, ILogger logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly DnsExpansion _endpoints = new(lookups, observer);
    private SourceAnswer? _pending;
    private bool _isTelling;

    public string Service => service;

    /// <summary>What it is put together from; null while there is no config server. Under the client's gate.</summary>
    public ResourceAssembly? Assembly { get; set; }

    /// <summary>Its place among those that there is no room for; null: it is none of them. Under the client's gate.</summary>
    public LinkedListNode<ServiceWatch>? Waiting { get; set; }

    /// <summary>What is to be told next. Called in the order of the answers.</summary>
    public void Prepare(SourceAnswer answer)
    {
        lock (_gate)
        {
            _pending = answer;
        }
    }

    /// <summary>Tells what was prepared, unless another thread is at it: then that one does.</summary>
    public void Tell()
    {
        lock (_gate)
        {
            if (_isTelling)
            {
                return;
            }

            _isTelling = true;
        }

        while (TakeNext() is { } next)
        {
            try
            {
                _endpoints.Take(next);
            }
            catch (Exception failure)
            {
                Guarded.Log(() => logger.AnswerNotTaken(service, failure));
            }
        }
    }

    public void Dispose() => _endpoints.Dispose();

    private SourceAnswer? TakeNext()
    {
        lock (_gate)
        {
            SourceAnswer? next = _pending;
            _pending = null;
            _isTelling = next is not null;
            return next;
        }
    }
}
