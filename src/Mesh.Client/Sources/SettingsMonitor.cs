using System.Collections.Immutable;
using Mesh.Client.Telemetry;
using Mesh.Client.Transport.Tls;
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
    private readonly SettingsCertificates _certificates;
    private readonly ILogger _logger;
    private readonly FileConfigurationSource[] _sources;
    private readonly IDisposable _reloads;
    private readonly ITimer _nextTry;

    // One for each service, and each must go quickly.
    private readonly LinkedList<Action<SettingsSnapshot>> _subscribers = [];
    private ImmutableArray<string> _files = [];
    private SettingsSnapshot? _current;
    private IReadOnlyList<DocumentFault> _warnings = [];
    private bool _hadContent;
    private string? _refused;

    public SettingsMonitor(
        IConfigurationSection section, IConfiguration? root, CertificateFiles certificates, TimeProvider time, ILogger<SettingsMonitor> logger)
    {
        _section = section;
        _root = root;
        _certificates = new SettingsCertificates(certificates, section.Path);
        _logger = logger;

        using (ExecutionContext.SuppressFlow())
        {
            _nextTry = time.CreateTimer(static state => ((SettingsMonitor)state!).TryAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        // Followed before they are read: what changes meanwhile is found by the last look below.
        _reloads = ChangeToken.OnChange(section.GetReloadToken, () => Reload());

        // The provider of a file that cannot be parsed drops what it had, and calls this alone: no reload is told of.
        _sources = [.. new ConfigurationFiles(root, section.Path).Sources];
        Array.ForEach(_sources, source => source.OnLoadException += OnBrokenFile);
        try
        {
            Begin();
        }
        catch
        {
            Dispose();
            throw;
        }

        Reload();
    }

    public SettingsSnapshot Current => _current!;

    /// <summary>Calls the observer with the settings in force, now and after each change, one after the other.</summary>
    public IDisposable Subscribe(Action<SettingsSnapshot> observer)
    {
        lock (_gate)
        {
            // What the first reading found is not logged by the constructor: who logs may need a client, and so this monitor.
            Warn();
            Subscription subscription = new(this, _subscribers.AddLast(observer));
            observer(Current);
            return subscription;
        }
    }

    public void Dispose()
    {
        _reloads.Dispose();
        _nextTry.Dispose();
        Array.ForEach(_sources, source => source.OnLoadException -= OnBrokenFile);
    }

    private void Begin()
    {
        lock (_gate)
        {
            DocumentNode document = ConfigurationNodes.Read(_section, _root);
            ImmutableArray<string> files = Files();
            DocumentResult<MeshSettings> read = Read(document);
            Take(read.Value ?? throw new MeshConfigurationException(read.Faults), read.Warnings, document, files);
        }
    }

    private void OnBrokenFile(FileLoadExceptionContext context) => Reload(context.Exception.GetBaseException().Message);

    // On a timer's thread, where an exception would end the process.
    private void TryAgain()
    {
        try
        {
            Reload();
        }
        catch (Exception)
        {
            // What was read changed meanwhile, or the logger failed.
            _nextTry.Change(CertificateFiles.Interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <param name="failure">Why a file could not be read, where that is what happened.</param>
    private void Reload(string? failure = null)
    {
        lock (_gate)
        {
            // Told while the settings are read for the first time: the constructor looks again.
            if (_current is null)
            {
                return;
            }

            SettingsSnapshot before = _current;
            DocumentNode document = ConfigurationNodes.Read(_section, _root);
            if (_current != before)
            {
                // A provider told of a change while it was asked, and what it said before is old.
                return;
            }

            // The section's reload token also fires when some other part of the settings changes: the version tells.
            string version = SettingsSnapshot.VersionOf(document);
            if (version == _current.Version)
            {
                _refused = null;
                return;
            }

            ImmutableArray<string> files = Files();
            DocumentResult<MeshSettings> read = Read(document);
            if (WhatVanished(read, document, files) is { } vanished)
            {
                Refuse(version, failure is null ? vanished : $"{vanished} {failure}");
            }
            else if (read.Value is { } settings)
            {
                Take(settings, read.Warnings, document, files);
                Warn();
                _logger.SettingsApplied(version, settings.Services.Length);
                Tell();
            }
            else
            {
                Refuse(version, new MeshConfigurationException(read.Faults).Message);
            }
        }
    }

    private void Take(MeshSettings settings, IReadOnlyList<DocumentFault> warnings, DocumentNode document, ImmutableArray<string> files)
    {
        _files = files;
        _hadContent = !document.Children.IsEmpty;
        _refused = null;
        _current = new SettingsSnapshot(settings, SettingsSnapshot.VersionOf(document));
        _certificates.KeepOnly(settings);
        _warnings = warnings;
    }

    private void Warn()
    {
        foreach (DocumentFault warning in _warnings)
        {
            _logger.UnknownSetting(warning.Path, warning.Message);
        }

        _warnings = [];
    }

    // The settings are in force for those that took them, whatever becomes of the others: one by one.
    private void Tell()
    {
        foreach (Action<SettingsSnapshot> subscriber in _subscribers.ToArray())
        {
            try
            {
                subscriber(Current);
            }
            catch (Exception failure)
            {
                _logger.SettingsNotTaken(Current.Version, failure);
            }
        }
    }

    // A file that is saved by halves reads as empty, without a word from its provider. So what is gone counts as a mistake.
    private string? WhatVanished(DocumentResult<MeshSettings> read, DocumentNode document, ImmutableArray<string> files)
    {
        if (_files.FirstOrDefault(file => !files.Contains(file)) is { } file)
        {
            return $"{file} no longer says anything about '{_section.Path}': it is gone, empty or not valid.";
        }

        if (_hadContent && document.Children.IsEmpty)
        {
            return $"'{_section.Path}' is gone or empty.";
        }

        return read.Value is { Services.IsEmpty: true } && Current.Services.Count > 0
            ? $"'{_section.Path}:Services' is gone or empty."
            : null;
    }

    private ImmutableArray<string> Files() => new ConfigurationFiles(_root, _section.Path).OfSection;

    private void Refuse(string version, string reason)
    {
        if (_refused != version)
        {
            _refused = version;
            _logger.SettingsRefused(Current.Version, reason);
        }
    }

    private DocumentResult<MeshSettings> Read(DocumentNode document)
    {
        DocumentResult<MeshSettings> read = MeshDocuments.ReadSettings(document);
        ImmutableArray<DocumentFault> faults = read.Value is { } settings ? [.. _certificates.Faults(settings)] : [];
        if (faults.IsEmpty)
        {
            return read;
        }

        // No change of the settings tells when the files have come.
        _nextTry.Change(CertificateFiles.Interval, Timeout.InfiniteTimeSpan);
        return new DocumentResult<MeshSettings>(null, faults, read.Warnings);
    }

    private sealed class Subscription(SettingsMonitor owner, LinkedListNode<Action<SettingsSnapshot>> observer) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
            {
                // Nothing to take away where it is disposed twice.
                if (observer.List is not null)
                {
                    owner._subscribers.Remove(observer);
                }
            }
        }
    }
}
