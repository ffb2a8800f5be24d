using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client;
using Mesh.ConfigServer.Hosting;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Access;

/// <summary>How REST is opened to other machines.</summary>
public class HttpDoorTests
{
    [Fact]
    public void Beyond_loopback_it_takes_tls_or_consent()
    {
        MeshConfigurationException fault = Assert.Throws<MeshConfigurationException>(() => Read(_ => { }));
        Assert.Contains(
            "an access token that is sent there in plain HTTP is given away. Give HttpTlsCertificate and HttpTlsKey", fault.Message, StringComparison.Ordinal);
        Assert.Contains("together", Assert.Throws<MeshConfigurationException>(() => Read(options => options.HttpTlsKey = "key.pem")).Message, StringComparison.Ordinal);
        Assert.True(Read(options => options.InsecureHttp = true).Access.IsRequired);
        ServerSettings tls = Read(options => (options.HttpTlsCertificate, options.HttpTlsKey) = ("cert.pem", "key.pem"));
        Assert.True(tls.Access.IsRequired);
        Assert.DoesNotContain(tls.Notices, notice => notice.Text.Contains("REST", StringComparison.Ordinal));
        Assert.False(Read(options => options.Http = "127.0.0.1:0").Access.IsRequired);
    }

    [Fact]
    public async Task Beyond_loopback_everybody_is_asked_also_from_this_machine()
    {
        await using TestServer server = await TestServer.StartAsync(options =>
        {
            (options.Http, options.InsecureHttp, options.AdminTokenFile) = ("0.0.0.0:0", true, "admin.token");
        });
        using HttpClient client = TestServer.ClientOf(server.Server.Addresses.Http!.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/api/v1/status", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.Server.AdminToken);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/api/v1/status", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_first_admin_token_is_told_once_and_kept_for_its_owner()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        string file = Path.Combine(folder, "admin.token");
        await using (GuardedServer first = await GuardedServer.StartAsync(folder: folder))
        {
            Assert.Matches("^access[.][a-z2-7]{12}[.][A-Za-z0-9_-]{43}$", first.Admin);
            Assert.Equal(first.Admin + "\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }

            Assert.All(first.Server.Log.GetSnapshot(), line => Assert.DoesNotContain(first.Admin.Split('.')[2], line.Message, StringComparison.Ordinal));
            Assert.Contains(first.Server.Log.GetSnapshot(), line => line.Id.Id == 170);
            Assert.DoesNotContain(first.Admin.Split('.')[2], await DatabaseAsync(first), StringComparison.Ordinal);
            await first.Server.Server.StopAsync(TestContext.Current.CancellationToken);
            File.Delete(file);

            await using (TestServer second = await TestServer.StartAsync(
                options => (options.RequireAccessTokens, options.DataDirectory) = (true, Path.Combine(folder, "data")), storePatience: TimeSpan.FromSeconds(10)))
            {
                Assert.Null(second.Server.AdminToken);
                (await second.Send("GET", "/api/v1/status", null, ("Authorization", $"Bearer {first.Admin}"))).IsOk();
                string id = first.Admin.Split('.')[1];
                (await second.Send("DELETE", $"/api/v1/access/{id}", null, ("Authorization", $"Bearer {first.Admin}"))).IsOk();
            }

            // With none in force there is a new one.
            await using TestServer third = await TestServer.StartAsync(
                options => (options.RequireAccessTokens, options.AdminTokenFile, options.DataDirectory) = (true, "admin.token", Path.Combine(folder, "data")),
                storePatience: TimeSpan.FromSeconds(10));
            Assert.NotEqual(first.Admin, third.Server.AdminToken);
            (await third.Send("GET", "/api/v1/status", null, ("Authorization", $"Bearer {first.Admin}"))).IsProblem(HttpStatusCode.Unauthorized, "was revoked at");
            (await third.Send("GET", "/api/v1/status", null, ("Authorization", $"Bearer {third.Server.AdminToken}"))).IsOk();
        }
    }

    [Fact]
    public async Task Where_nobody_would_learn_the_first_token_none_is_made()
    {
        IOException fault = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(options => options.RequireAccessTokens = true));
        Assert.Contains("Name the file that gets the first one with AdminTokenFile.", fault.Message, StringComparison.Ordinal);
        fault = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(
            options => (options.RequireAccessTokens, options.AdminTokenFile) = (true, "missing/admin.token")));
        Assert.Contains("admin.token cannot be written", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watched_folder_asks_for_tokens_too()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "mesh"));
        await using GuardedServer server = await GuardedServer.StartAsync(options => (options.WatchDirectory, options.Xds) = ("mesh", "off"), folder: folder);
        (await server.Server.Send("GET", "/api/v1/documents")).IsProblem(HttpStatusCode.Unauthorized, "An access token is needed");
        (await server.SendAs(server.Admin, "GET", "/api/v1/documents")).IsOk();
        (await server.SendAs(server.Admin, "PUT", "/api/v1/services/shop/a", GuardedServer.Service("a", "shop"))).IsProblem(HttpStatusCode.MethodNotAllowed, "Change the files there");
    }

    [Fact]
    public async Task Over_tls_the_certificate_is_the_operators_and_follows_its_files()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        Write(folder, "one");
        await using GuardedServer server = await GuardedServer.StartAsync(
            options => (options.HttpTlsCertificate, options.HttpTlsKey) = ("cert.pem", "key.pem"), folder: folder);
        Assert.Equal("CN=one", await SubjectAsync(server));
        Write(folder, "two");
        Assert.Equal("CN=two", await SubjectAsync(server));

        // Half of a change, or a bad one, leaves what was there.
        await File.WriteAllTextAsync(Path.Combine(folder, "cert.pem"), "nothing", TestContext.Current.CancellationToken);
        Assert.Equal("CN=two", await SubjectAsync(server));
        Assert.Contains(server.Server.Log.GetSnapshot(), line => line.Id.Id == 175);

        // Whoever speaks plain HTTP there gets nothing.
        await Assert.ThrowsAsync<HttpRequestException>(() => server.SendAs(server.Admin, "GET", "/api/v1/status"));
    }

    [Fact]
    public async Task A_certificate_that_is_none_ends_the_start()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        try
        {
            Write(folder, "one");
            await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), "nothing", TestContext.Current.CancellationToken);
            IOException fault = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(
                options => (options.HttpTlsCertificate, options.HttpTlsKey) = ("cert.pem", "key.pem"), folder: folder));
            Assert.Contains("are no certificate with its key in PEM", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ServerSettings Read(Action<MeshConfigServerOptions> configure)
    {
        MeshConfigServerOptions options = new() { Http = "0.0.0.0:0" };
        configure(options);
        return ServerSettings.Read(options, isDevelopment: false, Path.GetTempPath());
    }

    private static async Task<string> DatabaseAsync(GuardedServer server)
    {
        string text = "";
        foreach (string file in Directory.GetFiles(Path.Combine(server.Server.Folder, "data"), "mesh.db*"))
        {
            await using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(stream, System.Text.Encoding.Latin1);
            text += await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }

        return text;
    }

    private static async Task<string> SubjectAsync(GuardedServer server)
    {
        string? subject = null;
        using HttpClient client = new(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate?.Subject) is not null,
            },
        })
        {
            BaseAddress = new Uri($"https://{server.Server.Server.Addresses.Http}"), Timeout = TimeSpan.FromSeconds(15),
        };
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.Admin);
        using HttpResponseMessage answer = await client.GetAsync(new Uri("/api/v1/status", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return subject!;
    }

    private static void Write(string folder, string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
    }
}
