using Mesh.Client.Sources.Dns;
using Mesh.Model;

namespace Mesh.Client.Sources;

/// <summary>The rules and endpoints of the application's own settings.</summary>
internal sealed class SettingsSource(SettingsMonitor settings, DnsLookups lookups) : IMeshSource
{
    public string Name => "settings";

    public IDisposable Follow(string service, Action<SourceAnswer> observer)
    {
        DnsExpansion endpoints = new(lookups, observer);
        return new Following(endpoints, settings.Subscribe(current =>
        {
            lookups.UseInterval(current.Settings.Outbound.DnsRefreshInterval);
            endpoints.Take(current.Services.TryGetValue(service, out MeshService? rules)
                ? new SourceAnswer { Rules = rules, Endpoints = rules.Endpoints, IsOverriding = rules.Override }
                : SourceAnswer.NotKnown);
        }));
    }

    private sealed class Following(DnsExpansion endpoints, IDisposable subscription) : IDisposable
    {
        public void Dispose()
        {
            subscription.Dispose();
            endpoints.Dispose();
        }
    }
}
