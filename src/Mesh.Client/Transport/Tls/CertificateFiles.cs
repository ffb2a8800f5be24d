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

    private readonly Lock _gate = new();
    private readonly Dictionary<TlsFileNames, Followed> _files = [];
    private readonly string _folder;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

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
        lock (_gate)
        {
            if (!_files.TryGetValue(names, out Followed? followed))
            {
                _files[names] = followed = new Followed(TlsCertificates.Read(names, _folder));
                _timer.Change(Interval, Interval);
            }

            return followed.Certificates;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void LookAgain()
    {
        bool hasChanged = false;
        lock (_gate)
        {
            foreach ((TlsFileNames names, Followed followed) in _files)
            {
                hasChanged |= LookAgain(names, followed);
            }
        }

        if (hasChanged)
        {
            Changed?.Invoke();
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
