using System.Diagnostics.Metrics;
using Mesh.Client.Identity;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.Client.Sources.Xds;

/// <summary>What the config server says, or any other xDS server. Without one, it knows nothing.</summary>
internal sealed class XdsSource : IMeshSource, IDisposable
{
    private readonly SettingsMonitor _settings;
    private readonly XdsClient _client;
    private readonly XdsBootstrap? _bootstrap;
    private readonly IDisposable _subscription;
    private readonly TrustFollower? _trust;

    /// <param name="settings">Those in force.</param>
    /// <param name="client">Asks the servers.</param>
    /// <param name="bootstrap">The servers, where <c>AddXds()</c> names them; null: the settings do.</param>
    /// <param name="identity">Who asks.</param>
    /// <param name="telemetry">Measures.</param>
    /// <param name="trusting">Is told whom to believe, where it takes that from a config server.</param>
    /// <exception cref="MeshConfigurationException">Both name servers.</exception>
    public XdsSource(SettingsMonitor settings, XdsClient client, XdsBootstrap? bootstrap, MeshIdentity identity, MeshTelemetry telemetry, IIdentitySource trusting)
    {
        _settings = settings;
        _client = client;
        _bootstrap = bootstrap;
        NameByPort = bootstrap is null ? null : uri => AuthorityNames.Of(uri, bootstrap);
        _subscription = settings.Subscribe(current =>
        {
            Check(current.Settings);
            client.Use(
                XdsTarget.Of(current.Settings, identity, bootstrap),
                [.. current.Services.Where(service => service.Value.Override).Select(service => service.Key).Order(StringComparer.Ordinal)]);
        });
        _trust = trusting is ITrustingSource source ? new TrustFollower(client, source) : null;
        telemetry.ObserveConfigServer(Connected, Age);
    }

    public string Name => _bootstrap is null ? "config server" : "xDS server";

    public bool IsAuthority => true;

    public Func<Uri, string>? NameByPort { get; }

    public TimeSpan Patience => _settings.Current.Settings.ConfigServer.FirstCallTimeout;

    public Task Ready => _client.Ready;

    public IDisposable Follow(string service, Action<SourceAnswer> observer) => _client.Follow(service, observer);

    public ConfigServerDescription? Describe() => _client.Describe();

    public void Dispose()
    {
        _trust?.Dispose();
        _subscription.Dispose();
    }

    private void Check(MeshSettings settings)
    {
        if (_bootstrap is not null && settings.ConfigServer.Addresses.Length > 0)
        {
            throw new MeshConfigurationException([new DocumentFault(
                "Mesh:ConfigServer:Addresses",
                $"A mesh has its rules from one control plane: these config servers, or those of AddXds() ({string.Join(", ", _bootstrap.Servers.Select(server => XdsServer.TextOf(server.Address)))}). Take one of them away.")]);
        }
    }

    private IEnumerable<Measurement<long>> Connected() => _client.IsConnected is { } isConnected ? [new(isConnected ? 1 : 0)] : [];

    private IEnumerable<Measurement<double>> Age() => _client.LastAnswerAge is { } age ? [new(age.TotalSeconds)] : [];
}
