using System.Collections.Concurrent;
using System.Collections.Frozen;
using Mesh.Client.Sources;
using Mesh.Model;
using Mesh.Model.Authorization;
using Mesh.Model.Identity;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.AspNetCore.Policy;

/// <summary>What holds for calls that reach this process at one moment, by the mesh's authority and the settings, made ready. Immutable.</summary>
internal sealed class InboundRules
{
    private readonly InboundPolicy? _policy;
    private readonly InboundSettings _settings;
    private readonly ServiceIdentity _process;
    private readonly FrozenDictionary<SpiffeId, DateTimeOffset> _revoked;
    private readonly string[] _exemptPaths;

    // By the local port, of which there are a few.
    private readonly ConcurrentDictionary<int, InboundTls> _modes = new();

    /// <param name="policy">Null: it is not known.</param>
    /// <param name="settings">The process's own.</param>
    /// <param name="process">Who it is.</param>
    public InboundRules(InboundPolicy? policy, InboundSettings settings, ServiceIdentity process)
    {
        (_policy, _settings, _process) = (policy, settings, process);
        _exemptPaths = [.. settings.ExemptPaths.Select(path => PathString.FromUriComponent(path).Value!)];
        _revoked = (policy?.Revoked ?? []).GroupBy(revoked => revoked.Id, revoked => revoked.Until).ToFrozenDictionary(same => same.Key, same => same.Max());
        if (policy is not null)
        {
            Table = new AuthorizationTable(policy.Authorization, process.Name, process.Namespace, process.Labels, policy.Default);
            NamesPaths = PolicyWords.NamePaths(Table.Policies);
            NamesRoutes = PolicyWords.NameRoutes(Table.Policies);
        }
    }

    /// <summary>Whether somebody other than the settings has, or may have, anything to say.</summary>
    public bool HasAuthority => !ReferenceEquals(_policy, InboundPolicy.None);

    /// <summary>Null: what the authority says is not known, and nothing may be let in.</summary>
    public AuthorizationTable? Table { get; }

    public bool NamesPaths { get; }

    public bool NamesRoutes { get; }

    public string Version => _policy?.Version ?? "";

    /// <summary>What the listener at a port asks of its callers.</summary>
    public InboundTls TlsOf(int port) => _modes.GetOrAdd(port, static (at, rules) => rules.Mode(at), this);

    /// <summary>Whether anybody may call it: the whole decoded path is one of the settings', and no part of it.</summary>
    public bool IsExempt(string path)
    {
        foreach (string exempt in _exemptPaths)
        {
            if (path == exempt)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the authority has taken back what a certificate says, though it is good.</summary>
    public bool IsRevoked(SpiffeId id, DateTimeOffset notBefore) => _revoked.Count > 0 && _revoked.TryGetValue(id, out DateTimeOffset until) && notBefore <= until;

    private InboundTls Mode(int port) =>
        InboundTlsRules.Of(_policy?.PeerAuthentication ?? [], _process.Name, _process.Namespace, _process.Labels, port, _settings.TlsOf(port));
}
