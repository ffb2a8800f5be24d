using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ConfigServer.Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>The operator's certificate of REST. Each connection gets the newest: whoever renews the files restarts nothing.</summary>
internal sealed class HttpCertificate
{
    private readonly HttpTlsFiles _files;
    private readonly ILogger _logger;
    private readonly Lock _reading = new();
    private SslStreamCertificateContext _current;
    private (DateTime Certificate, DateTime Key) _readAt;

    /// <exception cref="IOException">It cannot be used.</exception>
    public HttpCertificate(HttpTlsFiles files, ILogger<HttpCertificate> logger)
    {
        (_files, _logger, _readAt) = (files, logger, ChangedAt(files));
        _current = Read();
    }

    public void Use(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Current(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
        }),
    });

    private SslStreamCertificateContext Current()
    {
        lock (_reading)
        {
            if (ChangedAt(_files) is var changed && changed != _readAt)
            {
                // The one file is written before the other: what does not fit together yet will by a later connection.
                _readAt = changed;
                try
                {
                    _current = Read();
                }
                catch (IOException exception)
                {
                    _logger.HttpCertificateNotRead(exception.Message);
                }
            }

            return _current;
        }
    }

    private SslStreamCertificateContext Read()
    {
        string chain = SecretFiles.ReadPublic(_files.Certificate);
        string key = SecretFiles.ReadPublic(_files.Key);
        try
        {
            using X509Certificate2 leaf = X509Certificate2.CreateFromPem(chain, key);
            X509Certificate2Collection above = [];
            above.ImportFromPem(chain);

            // What came from PEM has a key that Windows does not take for TLS.
            X509Certificate2 usable = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
            _logger.HttpCertificateRead(_files.Certificate, usable.NotAfter.ToUniversalTime());
            return SslStreamCertificateContext.Create(usable, [.. above.Skip(1)], offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new IOException(
                $"{_files.Certificate} and {_files.Key} are no certificate with its key in PEM: {exception.Message.TrimEnd('.')}. Put the two that belong together there.",
                exception);
        }
    }

    private static (DateTime Certificate, DateTime Key) ChangedAt(HttpTlsFiles files) =>
        (File.GetLastWriteTimeUtc(files.Certificate), File.GetLastWriteTimeUtc(files.Key));
}
