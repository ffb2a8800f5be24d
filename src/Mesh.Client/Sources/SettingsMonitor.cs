using Mesh.Client.Telemetry;
using Mesh.Model;
using Mesh.Model.Documents;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Mesh.Client.Sources;

/// <summary>
/// Reads the <c>Mesh</c> section and follows it. A section that is faulty at the start throws; one that becomes faulty, empty or
/// vanishes later is logged once, and the settings in force stay.
/// </summary>
internal sealed class SettingsMonitor : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IConfigurationSection _section;
    private readonly IConfiguration? _root;
    private readonly ILogger _logger;
    private readonly FileConfigurationSource[] _sources;
    private readonly IDisposable _reloads;
    private Action<SettingsSnapshot>? _subscribers;
    private IReadOnlyList<string> _files;
    private string? _refused;

    public SettingsMonitor(IConfigurationSection section, IConfiguration? root, ILogger<SettingsMonitor> logger)
    {
        _section = section;
        _root = root;
        _logger = logger;
        _files = new ConfigurationFiles(root).OfSection(section.Path);
        DocumentResult<MeshSettings> read = Read();
        Current = read.Value is { } settings
            ? new SettingsSnapshot(settings, SettingsSnapshot.VersionOf(section))
            : throw new MeshConfigurationException(read.Faults);
        Warn(read.Warnings);
        _reloads = ChangeToken.OnChange(section.GetReloadToken, Reload);

        // The provider of a file that cannot be parsed drops what it had, and calls this alone: no reload is told of.
        _sources = [.. new ConfigurationFiles(root).Sources];
        Array.ForEach(_sources, source => source.OnLoadException += OnBrokenFile);
    }

    public SettingsSnapshot Current { get; private set; }

    /// <summary>Calls the observer with the settings in force, now and after each change, one after the other.</summary>
    public IDisposable Subscribe(Action<SettingsSnapshot> observer)
    {
        lock (_gate)
        {
            _subscribers += observer;
            observer(Current);
        }

        return new Subscription(this, observer);
    }

    public void Dispose()
    {
        _reloads.Dispose();
        Array.ForEach(_sources, source => source.OnLoadException -= OnBrokenFile);
    }

    private void OnBrokenFile(FileLoadExceptionContext context) => Reload();

    // The section's reload token also fires when some other part of the settings changes: the version tells.
    private void Reload()
    {
        lock (_gate)
        {
            string version = SettingsSnapshot.VersionOf(_section);
            if (version == Current.Version)
            {
                _refused = null;
                return;
            }

            IReadOnlyList<string> files = new ConfigurationFiles(_root).OfSection(_section.Path);
            DocumentResult<MeshSettings> read = Read();
            if (WhatVanished(read, files) is { } vanished)
            {
                Refuse(version, vanished);
            }
            else if (read.Value is { } settings)
            {
                _files = files;
                _refused = null;
                Warn(read.Warnings);
                Current = new SettingsSnapshot(settings, version);
                _logger.SettingsApplied(version, settings.Services.Length);
                _subscribers?.Invoke(Current);
            }
            else
            {
                Refuse(version, new MeshConfigurationException(read.Faults).Message);
            }
        }
    }

    // A file that is saved by halves reads as empty, without a word from its provider. So what is gone counts as a mistake.
    private string? WhatVanished(DocumentResult<MeshSettings> read, IReadOnlyList<string> files)
    {
        if (_files.FirstOrDefault(file => !files.Contains(file)) is { } file)
        {
            return $"{file} no longer says anything about '{_section.Path}': it is gone, empty or not valid.";
        }

        return read.Value is { Services.IsEmpty: true } && Current.Services.Count > 0
            ? $"'{_section.Path}:Services' is gone or empty."
            : null;
    }

    private void Refuse(string version, string reason)
    {
        if (_refused != version)
        {
            _refused = version;
            _logger.SettingsRefused(Current.Version, reason);
        }
    }

    private DocumentResult<MeshSettings> Read() => MeshDocuments.ReadSettings(ConfigurationNodes.Read(_section, _root));

    private void Warn(IReadOnlyList<DocumentFault> warnings)
    {
        foreach (DocumentFault warning in warnings)
        {
            _logger.UnknownSetting(warning.Path, warning.Message);
        }
    }

    private sealed class Subscription(SettingsMonitor owner, Action<SettingsSnapshot> observer) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._subscribers -= observer;
            }
        }
    }
}
