using System.Collections.Immutable;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Sources;
using Mesh.Client.Telemetry;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <content>What sources say, and how it comes into force.</content>
internal sealed partial class MeshedService
{
    // Answers come one after the other: the subscription sees to it. Null: the last one again.
    private void Apply(ServiceAnswer? given)
    {
        ServiceAnswer answer;
        int added;
        List<Endpoint> removed;
        lock (Gate)
        {
            if (_isDisposed)
            {
                return;
            }

            answer = given ?? _answer;
            ServiceRules rules = RulesOf(answer);
            if (answer.Endpoints.IsEmpty)
            {
                // They lead elsewhere, if anywhere: calls go there before the endpoints here are gone.
                _rules = rules;
            }

            (added, removed) = ReplaceEndpoints(answer);
            _health.Watch(_endpoints, _settings.HealthCheck);
            _answer = answer;
            _drops = OverloadDrops.Of(answer.Drops);
            Rebuild();
            _rules = rules;
            _decided.TrySetResult();
        }

        // Only now can nobody pick them any more. What is in flight to them ends by itself.
        removed.ForEach(endpoint => endpoint.Dispose());
        if (added + removed.Count > 0)
        {
            _logger.EndpointsChanged(Name, answer.Endpoints.Length, answer.EndpointsFrom ?? "nobody", added, removed.Count);
        }

        TellOfSilence(answer);
        TellOfUnreachable();
        Outliers.TellOfPanic();
    }

    private (int Added, List<Endpoint> Removed) ReplaceEndpoints(ServiceAnswer answer)
    {
        (int head, int tail) = Unchanged(answer.Endpoints);
        Dictionary<EndpointIdentity, Endpoint> before = _endpoints[head..^tail].ToDictionary(endpoint => endpoint.Description.Identity);
        TimeSpan? seed = null;
        int added = 0;
        Connections connections = ConnectionsNow();
        ImmutableArray<Endpoint>.Builder after = ImmutableArray.CreateBuilder<Endpoint>(answer.Endpoints.Length);
        after.AddRange(_endpoints[..head]);
        foreach (MeshEndpoint description in answer.Endpoints[head..^tail].DistinctBy(endpoint => endpoint.Key))
        {
            if (before.Remove(description.Identity, out Endpoint? kept))
            {
                kept.Description = description;
                after.Add(kept);
            }
            else
            {
                seed ??= MedianLatency(Runtime.Clock.Now);
                after.Add(new Endpoint(this, description, connections.To(description), seed.Value));
                added++;
            }
        }

        after.AddRange(_endpoints[^tail..]);
        _endpoints = after.DrainToImmutable();
        foreach (Endpoint endpoint in _endpoints)
        {
            endpoint.Use(connections.To(endpoint.Description));
        }

        return (added, [.. before.Values]);
    }

    /// <summary>
    /// How many of the first and of the last endpoints are the very same as before. Of ten thousand all but one may be: what the others are is
    /// then not looked up.
    /// </summary>
    private (int Head, int Tail) Unchanged(ImmutableArray<MeshEndpoint> now)
    {
        int shorter = Math.Min(_endpoints.Length, now.Length);
        int head = 0;
        while (head < shorter && ReferenceEquals(_endpoints[head].Description, now[head]))
        {
            head++;
        }

        int tail = 0;
        while (tail < shorter - head && ReferenceEquals(_endpoints[^(tail + 1)].Description, now[^(tail + 1)]))
        {
            tail++;
        }

        // An address that is listed twice counts where it comes first.
        HashSet<EndpointKey> others = [.. now[head..^tail].Select(endpoint => endpoint.Key)];
        return others.Count > 0 && now[..head].Concat(now[^tail..]).Any(endpoint => others.Contains(endpoint.Key)) ? (0, 0) : (head, tail);
    }

    // Rules are compiled, so they are left alone where only endpoints have changed.
    private ServiceRules RulesOf(ServiceAnswer answer)
    {
        MeshService given = answer.Rules ?? Runtime.Defaults;
        if (ReferenceEquals(given, _given) && _isEnabled == Runtime.IsEnabled)
        {
            return _rules;
        }

        _given = given;
        _isEnabled = Runtime.IsEnabled;
        _settings = given with { Name = Name };
        _settings = _isEnabled ? _settings : ServiceRules.PlainFor(_settings);
        Limiter.Update(_settings.CircuitBreaker.MaxRequests, _settings.CircuitBreaker.MaxPendingRequests);
        Budget.Update(_settings.RetryBudget, _settings.CircuitBreaker.MaxRetries);
        Decay = new Decay(_settings.LoadBalancing.DecayTime);
        return new ServiceRules(_settings, this, Runtime.Identity, Runtime.Time);
    }

    private Connections ConnectionsNow() => new(_settings, Runtime);

    // What an endpoint that joins is thought to be like, until it has answered: as the others are that have.
    private TimeSpan MedianLatency(long now)
    {
        double[] known = [.. _endpoints.Where(endpoint => endpoint.Latency.IsProven).Select(endpoint => endpoint.Latency.Read(now, Decay)).Order()];
        return known.Length == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(known[known.Length / 2]);
    }

    private void TellOfSilence(ServiceAnswer answer)
    {
        bool wasTold = _isSilenceTold;
        _isSilenceTold = answer.SilentAuthority is not null;
        if (answer.SilentAuthority is { } authority && !wasTold)
        {
            _logger.ConfigServerSilent(authority, Name, IsKnown
                ? $"until it does, what is known from {answer.RulesFrom ?? answer.EndpointsFrom ?? "the defaults"} holds"
                : "no other source knows it, so its calls fail until it does");
        }
    }

    // Once, until they are others. Only what Apply has done is told of, and that comes one after the other.
    private void TellOfUnreachable()
    {
        ServiceRules rules = _rules;
        string unreachable = string.Join(", ", rules.Unreachable.Select(route => $"'{route.Name}'"));
        if (unreachable != _unreachable && unreachable.Length > 0)
        {
            _logger.RoutesUnreachable(unreachable, Name, rules.Last!.Name);
        }

        _unreachable = unreachable;
    }
}
