using Mesh.Client.Telemetry;
using Mesh.Model.Identity;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Identity;

/// <summary>
/// An identity that something else keeps in a folder, as cert-manager and Istio's agent do. The files are read again every
/// <see cref="Interval"/>: what tells of changed files misses those behind links, as Kubernetes mounts them.
/// </summary>
internal sealed class FileIdentity : IdentitySource, IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly (string Chain, string Key, string Roots)[] s_layouts =
        [("tls.crt", "tls.key", "ca.crt"), ("cert-chain.pem", "key.pem", "root-cert.pem")];

    private readonly string _folder;
    private readonly Action<bool> _count;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private (IdentityPem Pem, string Roots)? _read;
    private bool _wasGood;
    private int _failures;

    /// <param name="folder">Where they are.</param>
    /// <param name="count">Told of each change, whether it was a good one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of changes.</param>
    public FileIdentity(string folder, Action<bool> count, TimeProvider time, ILogger logger)
        : base(time)
    {
        _folder = folder;
        _count = count;
        _logger = logger;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static state => ((FileIdentity)state!).LookAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        LookAgain();
    }

    /// <summary>The settings name the files.</summary>
    public override bool IsSomebody => true;

    public override string Description => $"folder {_folder}";

    public void Dispose() => _timer.Dispose();

    // On a timer's thread, where an exception would end the process.
    private void LookAgain()
    {
        try
        {
            Look();
            TellOfEnd();
        }
        catch (Exception fault)
        {
            Guarded.Log(() => _logger.IdentityFailed(fault));
        }
        finally
        {
            // One look after the other, however long each takes.
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        try
        {
            (IdentityPem Pem, string Roots) now = Read();
            if (_failures > 0 || now != _read)
            {
                WorkloadIdentity identity = Open(now.Pem, now.Roots);
                (_read, _failures) = (now, 0);
                _count(true);
                Take(identity);
                Guarded.Log(() => _logger.IdentityIssued(identity.Id.ToString(), identity.NotAfter, identity.Serial, Description));
            }
        }
        catch (Exception failure) when (failure is IdentityException or IOException or UnauthorizedAccessException)
        {
            Fail($"{_folder}: {failure.Message}");

            // Certificate and key are two files: the first time one may be new, and the other on its way.
            if (++_failures == 2)
            {
                _count(false);
                TellOfFailure(failure.Message);
            }
        }
    }

    private void TellOfFailure(string why)
    {
        if (Current is { } held)
        {
            Guarded.Log(() => _logger.IdentityNotRenewed(held.Id.ToString(), held.NotAfter, $"{_folder}: {why}"));
        }
        else
        {
            Guarded.Log(() => _logger.IdentityMissing(Trouble!));
        }
    }

    // Whoever keeps the files may have stopped, and they are what they were.
    private void TellOfEnd()
    {
        bool isGood = Current is not null;
        if (_wasGood && !isGood)
        {
            Guarded.Log(() => _logger.IdentityMissing(Trouble!));
            Tell();
        }

        _wasGood = isGood;
    }

    private (IdentityPem Pem, string Roots) Read()
    {
        foreach ((string chain, string key, string roots) in s_layouts)
        {
            if (File.Exists(Path.Combine(_folder, chain)))
            {
                return (new IdentityPem(Text(chain), Text(key)), Text(roots));
            }
        }

        throw new IdentityException($"There is no certificate in it: neither {string.Join(" nor ", s_layouts.Select(layout => layout.Chain))}.");
    }

    private string Text(string name) => File.ReadAllText(Path.Combine(_folder, name));

    // The mesh is that of the certificate: the files have no other word for it.
    private WorkloadIdentity Open(IdentityPem pem, string roots)
    {
        IReadOnlyList<string> uris = PeerCertificate.UrisOf(IdentityPem.Certificates(pem.Chain)[0]);
        return uris is [var uri] && SpiffeId.TryParse(uri, out SpiffeId? id)
            ? pem.Open(new TrustBundle(id.TrustDomain, [], IdentityPem.Certificates(roots)), Time.GetUtcNow())
            : throw new IdentityException(
                $"Its certificate is for {(uris.Count == 0 ? "no URI" : string.Join(", ", uris))}, and is to be for one of the form spiffe://{{trust domain}}/ns/{{namespace}}/sa/{{service}}.");
    }
}
