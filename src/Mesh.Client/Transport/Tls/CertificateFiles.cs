using System.Collections.Immutable;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Transport.Tls;

/// <summary>
/// Follows the files of certificates that services name. They are read again every <see cref="Interval"/>: what tells of changed files
/// misses those behind links, as Kubernetes mounts them. Files that have become useless leave those in force that were good.
/// </summary>
internal sealed class CertificateFiles : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly string _folder;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private ImmutableDictionary<TlsFileNames, Followed> _files = ImmutableDictionary<TlsFileNames, Followed>.Empty;
    private ImmutableDictionary<object, IReadOnlySet<TlsFileNames>> _kept = ImmutableDictionary<object, IReadOnlySet<TlsFileNames>>.Empty;

    /// <param name="folder">Where files are that are named without a full path.</param>
    /// <param name="time">Tells when to look again.</param>
    /// <param name="logger">Told of files that have changed.</param>
    public CertificateFiles(string folder, TimeProvider time, ILogger<CertificateFiles> logger)
    {
        _folder = folder;
        _logger = logger;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(
                static state => ((CertificateFiles)state!).LookAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Some files hold something else now.</summary>
    public event Action? Changed;

    /// <summary>What the files hold: as they were last when they were good. They are followed from now on.</summary>
    /// <exception cref="TlsFileException">They were never good.</exception>
    public TlsCertificates Read(TlsFileNames names)
    {
        if (_files.TryGetValue(names, out Followed? followed))
        {
            return followed.Certificates;
        }

        // No lock is held while files are read, which may take its time: calls wait for what waits for this.
        Followed added = new(TlsCertificates.Read(names, _folder));
        followed = ImmutableInterlocked.GetOrAdd(ref _files, names, added);
        if (followed == added)
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }

        return followed.Certificates;
    }

    /// <summary>Follows these files, those that others have asked for in this way, and no further ones any more.</summary>
    /// <param name="owner">Who needs them.</param>
    /// <param name="names">All that it needs from now on.</param>
    public void KeepOnly(object owner, IReadOnlySet<TlsFileNames> names)
    {
        ImmutableInterlocked.Update(ref _kept, static (kept, own) => kept.SetItem(own.owner, own.names), (owner, names));
        ImmutableInterlocked.Update(
            ref _files, static (files, kept) => files.RemoveRange(files.Keys.Where(file => !kept.Values.Any(names => names.Contains(file)))), _kept);
    }

    public void Dispose() => _timer.Dispose();

    // On a timer's thread: nobody else would see an exception, and the process would end.
    private void LookAgain()
    {
        try
        {
            bool hasChanged = false;
            foreach ((TlsFileNames names, Followed followed) in _files)
            {
                hasChanged |= LookAgain(names, followed);
            }

            if (hasChanged)
            {
                Changed?.Invoke();
            }
        }
        catch (Exception failure)
        {
            Guarded.Log(() => _logger.CertificatesNotTaken(failure));
        }
        finally
        {
            // One look after the other, however long each takes.
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    private bool LookAgain(TlsFileNames names, Followed followed)
    {
        TlsCertificates former = followed.Certificates;
        try
        {
            followed.Certificates = TlsCertificates.Read(names, _folder, former);
            followed.Failures = 0;
        }
        catch (TlsFileException failure)
        {
            // A certificate and its key are two files: the first time one may be new, and the other on its way.
            if (++followed.Failures == 2)
            {
                _logger.CertificatesRefused(failure.Setting, failure.Message);
            }
        }

        if (followed.Certificates == former)
        {
            return false;
        }

        _logger.CertificatesChanged(string.Join(", ", new[] { names.CaCertificates, names.ClientCertificate, names.PrivateKey }.OfType<string>()));
        return true;
    }

    private sealed class Followed(TlsCertificates certificates)
    {
        public TlsCertificates Certificates { get; set; } = certificates;

        /// <summary>So often in a row they were useless.</summary>
        public int Failures { get; set; }
    }
}
