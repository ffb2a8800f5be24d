using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Mesh.Client;
using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Certificates;
using Mesh.Model.Documents;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Hosting;

/// <summary>The options, checked: what is to be served, where, and what whoever starts it should know.</summary>
internal sealed record ServerSettings
{
    /// <summary>Null: not served.</summary>
    public required IPEndPoint? Xds { get; init; }

    /// <summary>Null: not served.</summary>
    public required IPEndPoint? XdsTls { get; init; }

    /// <summary>Null: not served.</summary>
    public required IPEndPoint? Http { get; init; }

    public required bool IsDevelopment { get; init; }

    /// <summary>
    /// Over xDS nobody says who they are, so that tools may ask about clients there (CSDS) in the Development environment alone.
    /// </summary>
    public bool ServesClientStatus => IsDevelopment;

    /// <summary>Without TLS processes may register in Development alone, for the same reason; over mutual TLS they prove who they are.</summary>
    public bool TakesRegistrations => XdsTls is not null || (IsDevelopment && Xds is not null);

    /// <summary>Where processes join, they get certificates.</summary>
    public bool IssuesCertificates => TakesRegistrations;

    public required AuthoritySettings Authority { get; init; }

    /// <summary>Who is asked for an access token.</summary>
    public required AccessSettings Access { get; init; }

    /// <summary>Registrations and access tokens are kept in it, also where documents are files.</summary>
    public bool NeedsDatabase => TakesRegistrations || Access.IsRequired;

    /// <summary>In full; null: REST is without TLS.</summary>
    public required HttpTlsFiles? HttpTls { get; init; }

    /// <summary>In full; null: the first admin token goes to whoever starts the server alone.</summary>
    public required string? AdminTokenFile { get; init; }

    /// <summary>Whether whoever starts the server tells people the first admin token.</summary>
    public bool TellsAdminToken { get; init; }

    /// <summary>In full.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>In full; null where the documents are those of the data directory.</summary>
    public required string? WatchDirectory { get; init; }

    /// <summary>In full; null: none.</summary>
    public required string? ReadyFile { get; init; }

    /// <summary>How long a data directory that another server has is waited for: that one may be about to stop.</summary>
    public TimeSpan StorePatience { get; init; } = TimeSpan.FromSeconds(10);

    public required int MaxStreams { get; init; }

    public required TimeSpan MaxStreamAge { get; init; }

    public required TimeSpan RegistrationTtl { get; init; }

    public required TimeSpan GracePeriod { get; init; }

    /// <summary>Where processes may be called whose address is not the one that their stream comes from.</summary>
    public required ImmutableArray<IPNetwork> AddressRanges { get; init; }

    /// <summary>What messages call an option, by its name in code.</summary>
    public Func<string, string> NameOf { get; init; } = option => option;

    /// <summary>What is not as one may think: a listener that stays closed, or one that is open to more than one should.</summary>
    public required IReadOnlyList<ServerNotice> Notices { get; init; }

    /// <param name="options">As they were set.</param>
    /// <param name="isDevelopment">Whether what strangers could read may be open.</param>
    /// <param name="contentRoot">What paths are relative to.</param>
    /// <param name="nameOf">What messages call an option; null: by its name in code.</param>
    /// <exception cref="MeshConfigurationException">With every fault.</exception>
    public static ServerSettings Read(
        MeshConfigServerOptions options, bool isDevelopment, string contentRoot, Func<string, string>? nameOf = null)
    {
        nameOf ??= option => option;
        var faults = new List<DocumentFault>();
        var notices = new List<ServerNotice>();
        IPEndPoint? xds = ListenAddress.Parse(nameOf(nameof(options.Xds)), options.Xds, faults);
        IPEndPoint? http = ListenAddress.Parse(nameOf(nameof(options.Http)), options.Http, faults);
        IPEndPoint? xdsTls = ListenAddress.Parse(nameOf(nameof(options.XdsTls)), options.XdsTls, faults);

        if (xds is not null && !isDevelopment && !options.InsecureXds)
        {
            notices.Add(ServerNotice.XdsIsOff(xds, nameOf(nameof(options.InsecureXds))));
            xds = null;
        }

        if (MeetStrangers(nameof(options.Xds), xds, nameOf, nameof(options.InsecureXds), options.InsecureXds, faults))
        {
            notices.Add(ServerNotice.XdsIsOpen(xds!, isDevelopment));
            if (isDevelopment)
            {
                notices.Add(ServerNotice.LoopbackIsTold(xds!));
            }
        }

        HttpTlsFiles? httpTls = ReadHttpTls(options, contentRoot, nameOf, faults);
        bool isHttpRemote = http is not null && !IPAddress.IsLoopback(http.Address);
        if (isHttpRemote && httpTls is null)
        {
            Require(
                options.InsecureHttp, nameOf(nameof(options.Http)),
                $"'{http}' can be reached by other machines, and an access token that is sent there in plain HTTP is given away. "
                + $"Give {nameOf(nameof(options.HttpTlsCertificate))} and {nameOf(nameof(options.HttpTlsKey))}, use a loopback address, such as 127.0.0.1:{http!.Port}, "
                + $"or set {nameOf(nameof(options.InsecureHttp))} where the network itself keeps strangers out.", faults);
            notices.Add(ServerNotice.RestIsOpen(http!));
        }

        if (isDevelopment && xds is not null)
        {
            notices.Add(ServerNotice.LoopbackIsTrusted(xds));
        }

        RequireApart((nameof(options.Xds), xds), (nameof(options.Http), http), nameOf, faults);
        RequireApart((nameof(options.XdsTls), xdsTls), (nameof(options.Http), http), nameOf, faults);
        RequireApart((nameof(options.XdsTls), xdsTls), (nameof(options.Xds), xds), nameOf, faults);
        if (xds is null && xdsTls is null && http is null && faults.Count == 0)
        {
            faults.Add(new DocumentFault(
                nameOf(nameof(options.Http)),
                $"Nothing would be served. Give {nameOf(nameof(options.Http))} an address, or set {nameOf(nameof(options.InsecureXds))}."));
        }

        Require(
            options.MaxStreams > 0, nameOf(nameof(options.MaxStreams)),
            $"{options.MaxStreams} is no number of streams: it must be at least 1.", faults);
        Require(
            options.MaxStreamAge >= TimeSpan.FromSeconds(1) && options.MaxStreamAge <= TimeSpan.FromDays(1),
            nameOf(nameof(options.MaxStreamAge)), $"{options.MaxStreamAge} is not from 1 second to 1 day.", faults);
        Require(
            options.RegistrationTtl >= TimeSpan.FromSeconds(3) && options.RegistrationTtl <= TimeSpan.FromMinutes(10),
            nameOf(nameof(options.RegistrationTtl)), $"{options.RegistrationTtl} is not from 3 seconds to 10 minutes.", faults);
        Require(
            options.GracePeriod >= TimeSpan.Zero && options.GracePeriod <= TimeSpan.FromMinutes(10),
            nameOf(nameof(options.GracePeriod)), $"{options.GracePeriod} is not from 0 seconds to 10 minutes.", faults);
        ImmutableArray<IPNetwork> ranges = ReadRanges(nameOf(nameof(options.AddressRanges)), options.AddressRanges, faults);
        notices.AddRange(ranges.Where(range => range.PrefixLength == 0).Select(range => ServerNotice.AnyAddress(nameOf(nameof(options.AddressRanges)), range)));
        string? data = FullPath(nameOf(nameof(options.DataDirectory)), options.DataDirectory, contentRoot, faults);
        string? watch = FullPath(nameOf(nameof(options.WatchDirectory)), options.WatchDirectory, contentRoot, faults);
        string? ready = FullPath(nameOf(nameof(options.ReadyFile)), options.ReadyFile, contentRoot, faults);
        Require(
            ready is null || !Path.EndsInDirectorySeparator(ready), nameOf(nameof(options.ReadyFile)),
            $"{ready} is a directory. Name a file.", faults);
        Require(
            data is not null || faults.Count > 0, nameOf(nameof(options.DataDirectory)),
            "It is missing: name a directory to keep the documents in.", faults);

        string? adminToken = FullPath(nameOf(nameof(options.AdminTokenFile)), options.AdminTokenFile, contentRoot, faults);
        AuthoritySettings authority = ReadAuthority(options, data, contentRoot, nameOf, faults);
        return faults.Count > 0 ? throw new MeshConfigurationException(faults) : new ServerSettings
        {
            Xds = xds, XdsTls = xdsTls, Http = http, HttpTls = httpTls, Authority = authority,
            Access = new AccessSettings(isHttpRemote || (options.RequireAccessTokens && http is not null), options.MetricsAnonymous), AdminTokenFile = adminToken,
            IsDevelopment = isDevelopment, DataDirectory = data!, WatchDirectory = watch, ReadyFile = ready,
            MaxStreams = options.MaxStreams, MaxStreamAge = options.MaxStreamAge, RegistrationTtl = options.RegistrationTtl,
            GracePeriod = options.GracePeriod, AddressRanges = ranges, NameOf = nameOf, Notices = notices,
        };
    }

    private static HttpTlsFiles? ReadHttpTls(
        MeshConfigServerOptions options, string contentRoot, Func<string, string> nameOf, List<DocumentFault> faults)
    {
        string? certificate = FullPath(nameOf(nameof(options.HttpTlsCertificate)), options.HttpTlsCertificate, contentRoot, faults);
        string? key = FullPath(nameOf(nameof(options.HttpTlsKey)), options.HttpTlsKey, contentRoot, faults);
        Require(
            certificate is null == key is null, nameOf(nameof(options.HttpTlsKey)),
            $"{nameOf(nameof(options.HttpTlsCertificate))} and {nameOf(nameof(options.HttpTlsKey))} are set together, or neither of them.", faults);
        return certificate is null || key is null ? null : new HttpTlsFiles(certificate, key);
    }

    private static AuthoritySettings ReadAuthority(
        MeshConfigServerOptions options, string? data, string contentRoot, Func<string, string> nameOf, List<DocumentFault> faults)
    {
        Require(
            options.TrustDomain is null || SpiffeId.IsTrustDomain(options.TrustDomain), nameOf(nameof(options.TrustDomain)),
            $"{Wording.Quote(options.TrustDomain ?? "")} is no trust domain: lower-case letters, digits, '-', '_' and '.', at most 255.", faults);
        Require(
            string.IsNullOrEmpty(options.CaCertificate) == string.IsNullOrEmpty(options.CaKey), nameOf(nameof(options.CaKey)),
            $"{nameOf(nameof(options.CaCertificate))} and {nameOf(nameof(options.CaKey))} are set together, or neither of them.", faults);
        Require(
            options.MaxCertificateLifetime >= AuthoritySettings.ShortestLifetime && options.MaxCertificateLifetime <= TimeSpan.FromDays(90),
            nameOf(nameof(options.MaxCertificateLifetime)), $"{options.MaxCertificateLifetime} is not from 5 minutes to 90 days.", faults);
        Require(
            options.CertificateLifetime >= AuthoritySettings.ShortestLifetime && options.CertificateLifetime <= options.MaxCertificateLifetime,
            nameOf(nameof(options.CertificateLifetime)),
            $"{options.CertificateLifetime} is not from 5 minutes to {nameOf(nameof(options.MaxCertificateLifetime))} ({options.MaxCertificateLifetime}).", faults);
        return new AuthoritySettings
        {
            Directory = Path.Combine(data ?? "", "ca"), TrustDomain = options.TrustDomain,
            CaCertificate = FullPath(nameOf(nameof(options.CaCertificate)), options.CaCertificate, contentRoot, faults),
            CaKey = FullPath(nameOf(nameof(options.CaKey)), options.CaKey, contentRoot, faults),
            PassphraseFile = FullPath(nameOf(nameof(options.CaPassphraseFile)), options.CaPassphraseFile, contentRoot, faults),
            Lifetime = options.CertificateLifetime, MaxLifetime = options.MaxCertificateLifetime, NameOf = nameOf,
        };
    }

    private static void RequireApart(
        (string Name, IPEndPoint? Address) one, (string Name, IPEndPoint? Address) other, Func<string, string> nameOf, List<DocumentFault> faults) =>
        Require(
            one.Address is null or { Port: 0 } || !one.Address.Equals(other.Address), nameOf(one.Name),
            $"'{one.Address}' is the address of {nameOf(other.Name)}, too. Give each a port of its own; port 0 takes a free one.", faults);

    // Whether other machines reach it; a fault, where nobody has consented to that.
    private static bool MeetStrangers(
        string setting, IPEndPoint? address, Func<string, string> nameOf, string consent, bool isConsented, List<DocumentFault> faults)
    {
        if (address is null || IPAddress.IsLoopback(address.Address))
        {
            return false;
        }

        Require(
            isConsented, nameOf(setting),
            $"'{address}' can be reached by other machines, and nothing there asks callers who they are. "
            + $"Use a loopback address, such as 127.0.0.1:{address.Port}, "
            + $"or set {nameOf(consent)} where the network itself keeps strangers out.", faults);
        return isConsented;
    }

    private static ImmutableArray<IPNetwork> ReadRanges(string setting, IEnumerable<string> ranges, List<DocumentFault> faults)
    {
        ImmutableArray<IPNetwork>.Builder read = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (string text in ranges)
        {
            if (!IPNetwork.TryParse(text, out IPNetwork range))
            {
                faults.Add(new DocumentFault(
                    setting, $"{Wording.Quote(text)} is no range of IP addresses, such as 10.1.0.0/16."));
            }
            else if (IPAddress.Parse(text[..text.IndexOf('/', StringComparison.Ordinal)]) is var address && !address.Equals(range.BaseAddress))
            {
                int all = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
                faults.Add(new DocumentFault(
                    setting,
                    $"{Wording.Quote(text)} is an address within a range. Give {range} for all of the range, or {address}/{all} for the address alone."));
            }
            else
            {
                read.Add(range);
            }
        }

        return read.ToImmutable();
    }

    private static void Require(bool holds, string setting, string fault, List<DocumentFault> faults)
    {
        if (!holds)
        {
            faults.Add(new DocumentFault(setting, fault));
        }
    }

    private static string? FullPath(string setting, string? path, string contentRoot, List<DocumentFault> faults)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        if (path.Contains('\0', StringComparison.Ordinal))
        {
            faults.Add(new DocumentFault(setting, $"{Wording.Quote(path)} is no path."));
            return null;
        }

        return Path.GetFullPath(path, Path.GetFullPath(contentRoot));
    }
}
