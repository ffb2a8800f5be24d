using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Client.Transport.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Transport;

/// <summary>Files of certificates: what is wrong with them is told at the start, and their changes are followed.</summary>
public sealed class CertificateFilesTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _next = new("next");
    private readonly PemFolder _files = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    // A retry would wait for the test to turn the clock.
    private const string Once = "\"Routes\": [{ \"Retry\": { \"Attempts\": 0 } }]";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _next.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData("missing", "CaCertificates", "missing.pem' cannot be read.")]
    [InlineData("empty", "CaCertificates", "has no certificate: there is no -----BEGIN CERTIFICATE----- in it.")]
    [InlineData("garbage", "CaCertificates", "A certificate in '")]
    [InlineData("another key", "PrivateKey", "has no key for the certificate in '")]
    [InlineData("no key", "ClientCertificate", "has no key for the certificate in '")]
    public async Task A_file_of_no_use_ends_the_start(string wrong, string setting, string message)
    {
        string ours = _files.Write("cert.pem", _authority.Issue("web", isClients: true).ExportCertificatePem());
        string tls = wrong switch
        {
            "missing" => Setting("CaCertificates", _files.PathOf("missing.pem")),
            "empty" => Setting("CaCertificates", _files.Write("empty.pem", "")),
            "garbage" => Setting("CaCertificates", _files.Write("garbage.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
            "another key" => $"{Setting("ClientCertificate", ours)}, {Setting("PrivateKey", _files.WriteKey("other.pem", _authority.Issue("web")))}",
            _ => Setting("ClientCertificate", ours),
        };

        MeshConfigurationException exception = await Assert.ThrowsAsync<MeshConfigurationException>(() => TestMesh.StartAsync(Catalog(tls)));

        Assert.Contains($"Mesh:Services:catalog:Tls:{setting}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_the_defaults_name_is_told_of_once_and_there()
    {
        MeshConfigurationException exception = await Assert.ThrowsAsync<MeshConfigurationException>(() => TestMesh.StartAsync(
            $$"""{ "Defaults": { "Tls": { {{Setting("CaCertificates", _files.PathOf("no.pem"))}} } }, "Services": { "a": {}, "b": {} } }"""));

        Assert.Contains("Mesh:Defaults:Tls:CaCertificates: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Services", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_without_a_full_path_are_in_the_content_root()
    {
        _files.Write("ca.pem", _authority.Pem);
        await using Backend backend = await Secure(_authority);

        await using TestMesh mesh = await TestMesh.StartAsync(
            Catalog("\"CaCertificates\": \"ca.pem\"", backend.Address), builder => builder.Environment.ContentRootPath = _files.PathOf(""));

        Assert.Equal("secure", await Get(mesh));
    }

    [Fact]
    public async Task New_authorities_hold_for_the_calls_that_follow()
    {
        await using Backend former = await Secure(_authority);
        await using Backend later = await Secure(_next);
        string path = _files.Write("ca.pem", _authority.Pem);
        await using TestMesh mesh = await Start(Rules.Services(
            ("catalog", $"{Once}, {Rules.Endpoints(former.Address)}, \"Tls\": {{ {Setting("CaCertificates", path)} }}"),
            ("catalog.later", $"{Once}, {Rules.Endpoints(later.Address)}, \"Hosts\": [\"later\"], \"Tls\": {{ \"Sni\": \"catalog\", {Setting("CaCertificates", path)} }}")));
        Assert.Equal("secure", await Get(mesh));
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetAsync(new Uri("http://later/"), Cancel));

        File.WriteAllText(path, _next.Pem);
        _time.Advance(CertificateFiles.Interval);

        // The connection that was there would do, was it not given up.
        MeshException refused = await Assert.ThrowsAsync<MeshException>(() => Get(mesh));
        Assert.Contains("Its certificate is refused", refused.Message, StringComparison.Ordinal);
        Assert.Equal("secure", await mesh.Client().GetStringAsync(new Uri("http://later/"), Cancel));
        Assert.Single(mesh.Logs.Of("CertificatesChanged"));
    }

    [Fact]
    public async Task A_new_certificate_of_ours_is_shown_from_then_on_and_calls_in_flight_go_on()
    {
        TaskCompletionSource isAsked = new();
        TaskCompletionSource mayAnswer = new();
        X509Certificate2? shown = null;
        await using Backend backend = await Backend.StartAsync("secure", async context =>
        {
            shown = context.Connection.ClientCertificate;
            if (context.Request.Path == "/slow")
            {
                isAsked.SetResult();
                await mayAnswer.Task;
            }
        }, tls: true, certificate: _authority.Issue("catalog"), callers: _authority);
        X509Certificate2 first = _authority.Issue("web", isClients: true);
        X509Certificate2 second = _authority.Issue("web", isClients: true);
        string ca = _files.Write("ca.pem", _authority.Pem);
        string certificate = _files.Write("cert.pem", first.ExportCertificatePem());
        string key = _files.WriteKey("key.pem", first);
        await using TestMesh mesh = await Start(Catalog(
            $"{Setting("CaCertificates", ca)}, {Setting("ClientCertificate", certificate)}, {Setting("PrivateKey", key)}", backend.Address));
        Task<HttpResponseMessage> slow = mesh.Client().GetAsync(new Uri("http://catalog/slow"), Cancel);
        await isAsked.Task.InTime();
        Assert.Equal(first.Thumbprint, shown?.Thumbprint);

        // Between the two writes nothing fits together, and nothing changes.
        File.WriteAllText(certificate, second.ExportCertificatePem());
        _time.Advance(CertificateFiles.Interval);
        using (HttpResponseMessage between = await mesh.Client().GetAsync(new Uri("http://catalog/"), Cancel))
        {
            Assert.Equal(first.Thumbprint, shown?.Thumbprint);
        }

        _files.WriteKey("key.pem", second);
        _time.Advance(CertificateFiles.Interval);
        using HttpResponseMessage after = await mesh.Client().GetAsync(new Uri("http://catalog/"), Cancel);
        Assert.Equal(second.Thumbprint, shown?.Thumbprint);

        mayAnswer.SetResult();
        using HttpResponseMessage late = await slow.InTime();
        Assert.True(late.IsSuccessStatusCode);
        Assert.Empty(mesh.Logs.Of("CertificatesRefused"));
    }

    [Fact]
    public async Task A_file_that_stays_useless_leaves_the_last_good_one_and_is_told_of_once()
    {
        await using Backend backend = await Secure(_authority);
        string path = _files.Write("ca.pem", _authority.Pem);
        await using TestMesh mesh = await Start(Catalog(Setting("CaCertificates", path), backend.Address));

        File.Delete(path);
        for (int look = 0; look < 4; look++)
        {
            _time.Advance(CertificateFiles.Interval);
        }

        Assert.Equal("secure", await Get(mesh));
        string told = Assert.Single(mesh.Logs.Of("CertificatesRefused")).Message;
        Assert.Contains("ca.pem' cannot be read", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_say_the_same_leave_connections_alone()
    {
        int connections = 0;
        HashSet<string> seen = [];
        await using Backend backend = await Backend.StartAsync("secure", context =>
        {
            connections += seen.Add(context.Connection.Id) ? 1 : 0;
            return Task.CompletedTask;
        }, tls: true, certificate: _authority.Issue("catalog"));
        string path = _files.Write("ca.pem", _authority.Pem);
        string tls = $"{Setting("CaCertificates", path)}, \"SubjectAltNames\": [\"catalog\"]";
        await using TestMesh mesh = await Start(Catalog(tls, backend.Address));
        await Get(mesh);

        File.WriteAllText(path, _authority.Pem);
        _time.Advance(CertificateFiles.Interval);
        mesh.Change(Rules.Catalog($"\"Routes\": [{{ \"Name\": \"another\" }}], \"Tls\": {{ {tls} }}", backend.Address));
        await Get(mesh);

        Assert.Equal("another", Assert.Single(Assert.Single(mesh.Mesh.Describe().Services).Routes));
        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task Changed_settings_wait_for_the_files_that_they_name()
    {
        await using Backend backend = await Secure(_authority);
        await using TestMesh mesh = await Start(Catalog("\"Mode\": \"Disabled\"", backend.Address));

        mesh.Change(Catalog(Setting("CaCertificates", _files.PathOf("late.pem")), backend.Address));
        Assert.Single(mesh.Logs.Of("SettingsRefused"));
        _files.Write("late.pem", _authority.Pem);
        _time.Advance(CertificateFiles.Interval);

        Assert.Equal("secure", await Get(mesh));
    }

    [Fact]
    public async Task Files_that_no_setting_names_any_more_are_left_alone()
    {
        await using Backend backend = await Secure(_authority);
        string former = _files.Write("former.pem", _authority.Pem);
        await using TestMesh mesh = await Start(Catalog(Setting("CaCertificates", former), backend.Address));
        mesh.Change(Catalog(Setting("CaCertificates", _files.Write("later.pem", _authority.Pem)), backend.Address));

        File.Delete(former);
        _time.Advance(CertificateFiles.Interval);
        _time.Advance(CertificateFiles.Interval);
        _time.Advance(CertificateFiles.Interval);

        Assert.Equal("secure", await Get(mesh));
        Assert.Empty(mesh.Logs.Of("CertificatesRefused"));
    }

    [Fact]
    public void Whoever_fails_to_take_a_change_does_not_end_the_following()
    {
        string path = _files.Write("ca.pem", _authority.Pem);
        TlsFileNames names = new(path, null, null);
        using CertificateFiles files = new(_files.PathOf(""), _time, new ThrowingLogger());
        files.Changed += static () => throw new InvalidOperationException("Not now.");
        TlsCertificates first = files.Read(names);

        File.WriteAllText(path, _next.Pem);
        _time.Advance(CertificateFiles.Interval);
        TlsCertificates second = files.Read(names);
        File.WriteAllText(path, _authority.Pem);
        _time.Advance(CertificateFiles.Interval);

        Assert.NotSame(first, second);
        Assert.NotSame(second, files.Read(names));
    }

    [Fact]
    public async Task TLS_stays_when_the_mesh_is_switched_off_and_on()
    {
        await using Backend backend = await Secure(_authority);
        string rules = Catalog(Setting("CaCertificates", _files.Write("ca.pem", _authority.Pem)), backend.Address);
        await using TestMesh mesh = await Start(rules);
        foreach (string enabled in (string[])["false", "true"])
        {
            mesh.Change(rules.Insert(1, $"\"Enabled\": {enabled}, "));

            Assert.Equal("secure", await Get(mesh));
        }
    }

    private static string Setting(string name, string path) => $"\"{name}\": {JsonSerializer.Serialize(path)}";

    private static string Catalog(string tls, params string[] addresses) => Rules.Catalog($"\"Tls\": {{ {tls} }}", addresses);

    private static Task<Backend> Secure(TestAuthority authority) => Backend.StartAsync("secure", tls: true, certificate: authority.Issue("catalog"));

    private static Task<string> Get(TestMesh mesh) => mesh.Client().GetStringAsync(new Uri("http://catalog/"), Cancel);

    private Task<TestMesh> Start(string rules) =>
        TestMesh.StartAsync(rules, builder => builder.Services.AddSingleton<TimeProvider>(_time));

    private sealed class ThrowingLogger : ILogger<CertificateFiles>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("The disk is full.");
    }
}
