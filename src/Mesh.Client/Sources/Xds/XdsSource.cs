using System.Diagnostics.Metrics;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Sources.Xds;

/// <summary>What the config server says. Without one, it knows nothing.</summary>
internal sealed class XdsSource : IMeshSource, IDisposable
{
    private readonly SettingsMonitor _settings;
    private readonly XdsClient _client;
    private readonly IDisposable _subscription;

    public XdsSource(SettingsMonitor settings, XdsClient client, string applicationName, MeshTelemetry telemetry)
    {
        _settings = settings;
        _client = client;
        _subscription = settings.Subscribe(current => client.Use(
            XdsTarget.Of(current.Settings, applicationName),
            [.. current.Services.Where(service => service.Value.Override).Select(service => service.Key).Order(StringComparer.Ordinal)]));
        telemetry.ObserveConfigServer(Connected, Age);
    }

    public string Name => "config server";

    public bool IsAuthority => true;

    public TimeSpan Patience => _settings.Current.Settings.ConfigServer.FirstCallTimeout;

    public IDisposable Follow(string service, Action<SourceAnswer> observer) => _client.Follow(service, observer);

    public ConfigServerDescription? Describe() => _client.Describe();

    public void Dispose() => _subscription.Dispose();

    private IEnumerable<Measurement<long>> Connected() => Describe() is { } server ? [new(server.Address is null ? 0 : 1)] : [];

    private IEnumerable<Measurement<double>> Age() => Describe()?.LastAnswerAge is { } age ? [new(age.TotalSeconds)] : [];
}
