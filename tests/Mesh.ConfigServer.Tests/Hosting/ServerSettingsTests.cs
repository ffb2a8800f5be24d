using System.Net;
using Mesh.Client;
using Mesh.ConfigServer.Hosting;

namespace Mesh.ConfigServer.Tests.Hosting;

public class ServerSettingsTests
{
    private static readonly string s_root = Path.Combine(Path.GetTempPath(), "app");

    [Theory]
    [InlineData("127.0.0.1:15080", "127.0.0.1:15080")]
    [InlineData("localhost:1", "127.0.0.1:1")]
    [InlineData("[::1]:0", "[::1]:0")]
    [InlineData("off", null)]
    public void Good_addresses(string text, string? address) =>
        Assert.Equal(address, Read(options => options.Http = text).Http?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("15080")]
    [InlineData(":15080")]
    [InlineData("catalog:80")]
    [InlineData("127.1:80")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:")]
    [InlineData("http://127.0.0.1:80")]
    [InlineData("OFF")]
    public void Bad_addresses_are_faults(string text)
    {
        foreach (Action<MeshConfigServerOptions> set in (Action<MeshConfigServerOptions>[])[o => o.Http = text, o => o.Xds = text, o => o.XdsTls = text])
        {
            Assert.Contains("HOST:PORT", Assert.Single(Faults(set)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_faults_come_at_once()
    {
        IReadOnlyList<string> faults = Faults(options =>
        {
            options.Http = "nonsense";
            options.Xds = "10.0.0.1:15010";
            options.XdsTls = "x";
            options.MaxStreams = 0;
            options.MaxStreamAge = TimeSpan.Zero;
            options.RegistrationTtl = TimeSpan.FromSeconds(2);
            options.GracePeriod = TimeSpan.FromSeconds(-1);
            options.AddressRanges.Add("10.0.0.0/33");
            options.AddressRanges.Add("here");
            options.DataDirectory = "a\0b";
        });
        Assert.Equal(
            ["Http", "XdsTls", "Xds", "MaxStreams", "MaxStreamAge", "RegistrationTtl", "GracePeriod", "AddressRanges", "AddressRanges", "DataDirectory"], faults.Select(fault => fault.Split(':')[0]));
    }

    [Fact]
    public void Ranges_of_addresses_are_read() => Assert.Equal(
        [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")],
        Read(options =>
        {
            options.AddressRanges.Add("10.0.0.0/8");
            options.AddressRanges.Add("fd00::/8");
        }).AddressRanges);

    [Theory]
    [InlineData("10.0.0.1/8", "Give 10.0.0.0/8 for all of the range, or 10.0.0.1/32 for the address alone.")]
    [InlineData("fd00::5/8", "Give fd00::/8 for all of the range, or fd00::5/128 for the address alone.")]
    public void An_address_within_a_range_is_none(string range, string expected) =>
        Assert.EndsWith(expected, Assert.Single(Faults(options => options.AddressRanges.Add(range))), StringComparison.Ordinal);

    [Theory]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("::/0", true)]
    [InlineData("0.0.0.0/1", false)]
    public void A_range_of_all_addresses_is_a_danger(string range, bool isDanger)
    {
        ServerNotice[] notices = [.. Read(options => options.AddressRanges.Add(range)).Notices];

        Assert.Equal(isDanger, notices.Any(notice => notice.IsDanger && notice.Text.StartsWith($"With AddressRanges {range} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Other_machines_reach_nothing_without_consent()
    {
        Assert.Contains("InsecureHttp", Assert.Single(Faults(options => options.Http = "0.0.0.0:0")), StringComparison.Ordinal);
        Assert.Contains("InsecureXds", Assert.Single(Faults(options => options.Xds = "[::]:0")), StringComparison.Ordinal);
        IReadOnlyList<ServerNotice> notices = Read(options => (options.Xds, options.InsecureXds) = ("[::]:0", true)).Notices;
        Assert.Equal([true, false, true], notices.Select(notice => notice.IsDanger));
        Assert.EndsWith("they can read every rule of the mesh, and register as any of its services, whose calls then go to them.", notices[0].Text, StringComparison.Ordinal);
        Assert.Contains("loopback", notices[1].Text, StringComparison.Ordinal);
        Assert.Contains("every process of this machine may have a certificate of any service", notices[2].Text, StringComparison.Ordinal);

        ServerNotice elsewhere = Assert.Single(Read(options => (options.Xds, options.InsecureXds) = ("[::]:0", true), isDevelopment: false).Notices);
        Assert.EndsWith("they can read every rule of the mesh.", elsewhere.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_would_serve_nothing_is_a_fault() =>
        Assert.Contains("Nothing would be served", Assert.Single(Faults(options => (options.Http, options.Xds, options.XdsTls) = ("off", "off", "off"))), StringComparison.Ordinal);

    [Fact]
    public void Two_listeners_on_one_address_are_a_fault_and_two_free_ports_are_none()
    {
        Assert.Equal(
            ["Xds: '127.0.0.1:15080' is the address of Http, too. Give each a port of its own; port 0 takes a free one."],
            Faults(options => options.Xds = options.Http));
        Assert.Equal(
            ["XdsTls: '127.0.0.1:15010' is the address of Xds, too. Give each a port of its own; port 0 takes a free one."],
            Faults(options => options.XdsTls = options.Xds));
        Assert.Equal(Read(options => options.Xds = options.Http = "127.0.0.1:0").Http, new IPEndPoint(IPAddress.Loopback, 0));
    }

    [Fact]
    public void Faults_of_the_authority_s_options_are_all_told() => Assert.Equal(
        ["TrustDomain", "CaKey", "MaxCertificateLifetime", "CertificateLifetime"],
        Faults(options =>
        {
            options.TrustDomain = "Shop";
            options.CaCertificate = "ca.pem";
            options.MaxCertificateLifetime = TimeSpan.FromDays(91);
            options.CertificateLifetime = TimeSpan.FromMinutes(4);
        }).Select(fault => fault.Split(':')[0]));

    [Theory]
    [InlineData("127.0.0.1:0", "off", false, true)]
    [InlineData("off", "127.0.0.1:0", true, true)]
    [InlineData("off", "127.0.0.1:0", false, false)]
    [InlineData("off", "off", true, false)]
    public void Certificates_are_issued_where_processes_may_join(string xdsTls, string xds, bool isDevelopment, bool expected) =>
        Assert.Equal(
            expected,
            Read(options => (options.XdsTls, options.Xds, options.InsecureXds) = (xdsTls, xds, !isDevelopment), isDevelopment).IssuesCertificates);

    [Fact]
    public void What_a_file_of_settings_makes_null_is_a_fault() =>
        Assert.All(Faults(options => options.Http = options.Xds = options.XdsTls = options.DataDirectory = null!), fault =>
            Assert.Contains("is missing", fault, StringComparison.Ordinal));

    [Fact]
    public void A_ready_file_is_no_directory() =>
        Assert.Contains("is a directory. Name a file.", Assert.Single(Faults(options => options.ReadyFile = "/")), StringComparison.Ordinal);

    [Fact]
    public void A_data_directory_is_needed() =>
        Assert.Contains("DataDirectory", Assert.Single(Faults(options => options.DataDirectory = "")), StringComparison.Ordinal);

    [Fact]
    public void Paths_start_at_the_content_root() =>
        Assert.Equal(Path.Combine(s_root, "data"), Read(options => options.DataDirectory = "data").DataDirectory);

    private static ServerSettings Read(Action<MeshConfigServerOptions> configure, bool isDevelopment = true)
    {
        var options = new MeshConfigServerOptions();
        configure(options);
        return ServerSettings.Read(options, isDevelopment, s_root);
    }

    private static IReadOnlyList<string> Faults(Action<MeshConfigServerOptions> configure) =>
        Assert.Throws<MeshConfigurationException>(() => Read(configure)).Faults;
}
