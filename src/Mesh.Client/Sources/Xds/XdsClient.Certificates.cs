using Mesh.Client.Transport.Tls;

namespace Mesh.Client.Sources.Xds;

/// <summary>Files of certificates that clusters name come and go without a word of the server's.</summary>
internal sealed partial class XdsClient
{
    // Under the gate.
    private void KeepCertificates()
    {
        _certificates.KeepOnly(_store.All);
        if (!_isDisposed && _store.All.Any(resource => resource.Waiting is not null))
        {
            _lookAgain.Change(CertificateFiles.Interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>What was refused for files that were not here is read once more.</summary>
    private void LookAgain()
    {
        (XdsResource Resource, SentResource Sent)[] waiting;
        lock (_gate)
        {
            waiting = [.. _store.All.Where(resource => resource.Waiting is not null).Select(resource => (resource, resource.Waiting!))];
        }

        (XdsResource Resource, SentResource Before, SentResource Now)[] read =
        [
            .. waiting.Select(each => (each.Resource, each.Sent, each.Sent with { Parsed = _store.Read(each.Resource.Type, each.Resource.Name, each.Sent.Content) })),
        ];
        lock (_gate)
        {
            // The server may have sent another meanwhile.
            XdsResource[] taken =
            [
                .. read.Where(each => each.Resource.Waiting == each.Before && each.Resource.TakeAgain(each.Now)).Select(each => each.Resource),
            ];
            Update(taken);
            KeepCertificates();
            if (taken.Length > 0)
            {
                // A cluster that was bad before may have endpoints to ask for.
                _connection?.Wake();
                _cache.Keep(Snapshot, OnKept);
            }
        }

        TellAll();
    }
}
