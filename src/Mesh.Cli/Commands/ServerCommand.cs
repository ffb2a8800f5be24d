using System.CommandLine;
using Mesh.Cli.Usage;
using Mesh.Client;
using Mesh.ConfigServer;
using Mesh.ConfigServer.Hosting;
using Mesh.Model.Documents;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh server</c>.</summary>
internal static class ServerCommand
{
    // The same in every language.
    private const string Timestamp = "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fff'Z '";

    // Shorter than what a process is given to end.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(25);

    public static Command Create(Tool tool)
    {
        MeshConfigServerOptions defaults = new();
        Option<string> data = new("--data")
        {
            Description = "Where documents and their history are kept.", HelpName = "DIR",
            DefaultValueFactory = _ => defaults.DataDirectory,
        };
        Option<string?> watch = new("--watch")
        {
            Description = "Serves the documents of this folder instead, and follows its changes. Nothing is written over REST then.",
            HelpName = "DIR",
        };
        Option<string> xds = Address(
            "--xds", "Streams rules to clients, without TLS: in Development, or with --insecure-xds.", defaults.Xds);
        Option<string> xdsTls = Address("--xds-tls", "Streams rules to clients over mutual TLS, and gives them certificates.", defaults.XdsTls);
        Option<string> http = Address("--http", "The REST API, that this tool talks to.", defaults.Http);
        Option<string?> ready = new("--ready-file")
        {
            Description = "Gets the addresses taken as JSON once all listen, and is removed at the end.", HelpName = "FILE",
        };
        Option<bool> insecureXds = new("--insecure-xds")
        {
            Description = "Serves --xds outside Development, too, and at any address. Whoever reaches it reads all rules, and in Development registers.",
        };
        Option<bool> insecureHttp = new("--insecure-http")
        {
            Description = "Lets --http be an address that other machines reach without TLS. Whoever listens on the network has the access tokens.",
        };
        Option<string?> httpCertificate = FilePath("--http-tls-certificate", "Serves --http over TLS by this certificate, with those above it, as PEM.");
        Option<string?> httpKey = FilePath("--http-tls-key", "Its key.");
        Option<bool> accessTokens = new("--require-access-tokens")
        {
            Description = "Asks for access tokens on loopback, too; where other machines reach --http they are always needed.",
        };
        Option<bool> metrics = new("--metrics-anonymous") { Description = "Leaves /metrics open where access tokens are needed." };
        Option<string?> adminToken = FilePath("--admin-token-file", "Gets the first admin's access token, too, which is printed once.");
        Option<TimeSpan> ttl = Duration(
            "--registration-ttl", "How long a process that registered is believed after it was heard last.", defaults.RegistrationTtl);
        Option<TimeSpan> grace = Duration(
            "--grace-period", "How long after the start no process is given up, and no name is said not to exist; 0s: no time.",
            defaults.GracePeriod);
        Option<string[]> ranges = new("--address-range")
        {
            Description = "Processes may register addresses of this range, too, and not only the one that they come from. Repeatable.",
            HelpName = "CIDR",
        };
        Option<string?> domain = new("--trust-domain")
        {
            Description = "The mesh's name in identities, from its first start on. Not given: one that comes of its root's key.", HelpName = "NAME",
        };
        Option<string?> ca = FilePath("--ca-certificate", "An authority of yours for the mesh to be under, with those above it, as PEM.");
        Option<string?> caKey = FilePath("--ca-key", "Its key.");
        Option<string?> passphrase = FilePath("--ca-passphrase-file", "Its first line is what the authority's keys are encrypted with.");
        Option<TimeSpan> lifetime = Lifetime("--certificate-lifetime", "How long certificates hold.", defaults.CertificateLifetime);
        Option<TimeSpan> maxLifetime = Lifetime(
            "--max-certificate-lifetime", "How long they hold at most, whatever is asked for.", defaults.MaxCertificateLifetime);
        Option<bool> dev = new("--dev") { Description = "Runs in Development, as DOTNET_ENVIRONMENT=Development does." };
        Verb verb = new("server", "Runs the config server until it is stopped by Ctrl+C or SIGTERM.")
        {
            Examples =
            [
                ("mesh server --dev", "for work on one machine"),
                ("mesh server --data /var/lib/mesh --insecure-xds", "clients on this machine, outside Development"),
                ("mesh server --dev --watch mesh/", "a folder of documents, live"),
                ("mesh server --dev --http 127.0.0.1:0 --xds 127.0.0.1:0 --ready-file up.json", "free ports, for tests"),
            ],
        };
        verb.Validators.Add(result =>
        {
            if (result.GetResult(tool.ServerOption) is not null)
            {
                result.AddError("--server names a config server that runs. 'mesh server' starts one: --http says where.");
            }
        });
        verb.SetAction(async (result, cancellationToken) =>
        {
            MeshConfigServerOptions options = new()
            {
                DataDirectory = result.GetValue(data)!, WatchDirectory = result.GetValue(watch), Xds = result.GetValue(xds)!,
                XdsTls = result.GetValue(xdsTls)!,
                Http = result.GetValue(http)!, ReadyFile = result.GetValue(ready),
                InsecureXds = result.GetValue(insecureXds), InsecureHttp = result.GetValue(insecureHttp),
                HttpTlsCertificate = result.GetValue(httpCertificate), HttpTlsKey = result.GetValue(httpKey),
                RequireAccessTokens = result.GetValue(accessTokens), MetricsAnonymous = result.GetValue(metrics), AdminTokenFile = result.GetValue(adminToken),
                RegistrationTtl = result.GetValue(ttl), GracePeriod = result.GetValue(grace),
                TrustDomain = result.GetValue(domain), CaCertificate = result.GetValue(ca), CaKey = result.GetValue(caKey),
                CaPassphraseFile = result.GetValue(passphrase), CertificateLifetime = result.GetValue(lifetime),
                MaxCertificateLifetime = result.GetValue(maxLifetime),
            };
            Array.ForEach(result.GetValue(ranges) ?? [], options.AddressRanges.Add);
            return await RunAsync(tool.Terminal, options, result.GetValue(dev), cancellationToken).ConfigureAwait(false);
        });
        return verb.With(
            data, watch, xds, xdsTls, http, httpCertificate, httpKey, accessTokens, metrics, adminToken, ready, insecureXds, insecureHttp, ttl, grace, ranges,
            domain, ca, caKey, passphrase, lifetime, maxLifetime, dev);
    }

    private static Option<string> Address(string name, string description, string byDefault) => new(name)
    {
        Description = description + " Port 0 takes a free one, off serves nothing.", HelpName = "HOST:PORT",
        DefaultValueFactory = _ => byDefault,
    };

    private static Option<string?> FilePath(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    private static Option<TimeSpan> Lifetime(string name, string description, TimeSpan byDefault) => new(name)
    {
        Description = description, HelpName = "TIME", DefaultValueFactory = _ => byDefault,
        CustomParser = Values.Duration(name, Durations.Between(TimeSpan.FromMinutes(5), TimeSpan.FromDays(90))),
    };

    private static Option<TimeSpan> Duration(string name, string description, TimeSpan byDefault) => new(name)
    {
        Description = description, HelpName = "TIME", DefaultValueFactory = _ => byDefault,
        CustomParser = Values.Duration(name, Durations.Between(TimeSpan.Zero, TimeSpan.FromDays(1))),
    };

    private static async Task<int> RunAsync(
        Terminal terminal, MeshConfigServerOptions options, bool isDevelopment, CancellationToken cancellationToken)
    {
        // A start may take no wait at all, and only one who waits can be told to end: without this a signal that came now would fail the
        // process.
        await Task.Yield();

        // The console's log goes to the other stream: results are the addresses.
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = Timestamp;
            })
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddFilter("Microsoft", LogLevel.Warning));
        try
        {
            ServerSettings settings = ServerSettings.Read(
                options, isDevelopment || IsDevelopment(terminal), Environment.CurrentDirectory, NameOf)
                with { TellsAdminToken = true };
            MeshConfigServer server = await MeshConfigServer.StartAsync(
                settings, loggers, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                Announce(terminal, server, settings.HttpTls is null ? "http" : "https");
                await WhenCancelled(cancellationToken).ConfigureAwait(false);
                using CancellationTokenSource patience = new(s_patience);
                await server.StopAsync(patience.Token).ConfigureAwait(false);
            }

            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to end while it started.
            return ExitCode.Ok;
        }
        catch (MeshConfigurationException exception)
        {
            throw new ToolException(ExitCode.Usage, exception.Message, exception);
        }
        catch (IOException exception)
        {
            throw new ToolException(ExitCode.Failed, exception.Message, exception);
        }
    }

    // As whoever starts the server typed it.
    private static string NameOf(string option) => option switch
    {
        nameof(MeshConfigServerOptions.DataDirectory) => "--data",
        nameof(MeshConfigServerOptions.WatchDirectory) => "--watch",
        nameof(MeshConfigServerOptions.XdsTls) => "--xds-tls",
        nameof(MeshConfigServerOptions.Xds) => "--xds",
        nameof(MeshConfigServerOptions.Http) => "--http",
        nameof(MeshConfigServerOptions.ReadyFile) => "--ready-file",
        nameof(MeshConfigServerOptions.InsecureXds) => "--insecure-xds",
        nameof(MeshConfigServerOptions.InsecureHttp) => "--insecure-http",
        nameof(MeshConfigServerOptions.HttpTlsCertificate) => "--http-tls-certificate",
        nameof(MeshConfigServerOptions.HttpTlsKey) => "--http-tls-key",
        nameof(MeshConfigServerOptions.RequireAccessTokens) => "--require-access-tokens",
        nameof(MeshConfigServerOptions.MetricsAnonymous) => "--metrics-anonymous",
        nameof(MeshConfigServerOptions.AdminTokenFile) => "--admin-token-file",
        nameof(MeshConfigServerOptions.RegistrationTtl) => "--registration-ttl",
        nameof(MeshConfigServerOptions.GracePeriod) => "--grace-period",
        nameof(MeshConfigServerOptions.AddressRanges) => "--address-range",
        nameof(MeshConfigServerOptions.TrustDomain) => "--trust-domain",
        nameof(MeshConfigServerOptions.CaCertificate) => "--ca-certificate",
        nameof(MeshConfigServerOptions.CaKey) => "--ca-key",
        nameof(MeshConfigServerOptions.CaPassphraseFile) => "--ca-passphrase-file",
        nameof(MeshConfigServerOptions.CertificateLifetime) => "--certificate-lifetime",
        nameof(MeshConfigServerOptions.MaxCertificateLifetime) => "--max-certificate-lifetime",
        _ => option,
    };

    private static bool IsDevelopment(Terminal terminal) =>
        (terminal.Environment("DOTNET_ENVIRONMENT") ?? terminal.Environment("ASPNETCORE_ENVIRONMENT"))
            ?.Equals("Development", StringComparison.OrdinalIgnoreCase) ?? false;

    private static void Announce(Terminal terminal, MeshConfigServer server, string scheme)
    {
        ServerAddresses addresses = server.Addresses;
        if (server.AdminToken is { } token)
        {
            // This once: it is kept nowhere.
            terminal.Out.WriteLine($"admin-token  {token}");
        }

        terminal.Out.WriteLine($"xds      {addresses.Xds ?? "off"}");
        terminal.Out.WriteLine($"xds-tls  {addresses.XdsTls ?? "off"}");
        terminal.Out.WriteLine($"http     {(addresses.Http is null ? "off" : $"{scheme}://{addresses.Http}")}");
        terminal.Out.Flush();
    }

    private static async Task WhenCancelled(CancellationToken cancellationToken)
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = cancellationToken.Register(cancelled.SetResult);
        await cancelled.Task.ConfigureAwait(false);
    }
}
