using Mesh.Model;

namespace Mesh.Client.Sources;

/// <summary>The rules and endpoints of the application's own settings.</summary>
internal sealed class SettingsSource(SettingsMonitor settings) : IMeshSource
{
    public string Name => "settings";

    public IDisposable Follow(string service, Action<SourceAnswer> observer) =>
        settings.Subscribe(current => observer(current.Services.TryGetValue(service, out MeshService? rules)
            ? new SourceAnswer { Rules = rules, Endpoints = rules.Endpoints }
            : SourceAnswer.NotKnown));
}
