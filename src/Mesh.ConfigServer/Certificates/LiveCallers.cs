using System.Collections.Concurrent;
using Grpc.Core;
using Mesh.Model.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Who has streams open, so that those of whoever is not believed any more end at once.</summary>
internal sealed class LiveCallers : IDisposable
{
    private readonly ConcurrentDictionary<Watch, bool> _watches = new();
    private readonly CertificateAuthority _authority;
    private readonly IRevocations _revocations;
    private readonly TimeProvider _time;

    public LiveCallers(CertificateAuthority authority, IRevocations revocations, TimeProvider time)
    {
        (_authority, _revocations, _time) = (authority, revocations, time);
        revocations.Changed += Judge;
        authority.BundleChanged += Judge;
    }

    /// <summary>What those are told that were proven once.</summary>
    public static Status Refused { get; } = new(
        StatusCode.PermissionDenied, "The certificate is not believed any more: the identity was taken back, or its authority is none of the mesh's. A new join token lets in anew.");

    /// <summary>Has a caller's stream ended when the caller is not believed any more, be it by now.</summary>
    /// <param name="context">Of the stream.</param>
    /// <param name="end">Ends it, without waiting for that.</param>
    /// <returns>To be disposed when it has ended; null: nobody is asked who they are.</returns>
    public static IDisposable? Follow(ServerCallContext context, Action<Status> end)
    {
        IServiceProvider services = context.GetHttpContext().RequestServices;
        return CallerIdentity.Of(context.GetHttpContext()) is { Id: not null } caller && services.GetService<LiveCallers>() is { } callers
            ? callers.Follow(caller, end) : null;
    }

    /// <summary>Why one that has proven who it is is not believed any more: a sentence for logs. Null: it is.</summary>
    public string? Objection(CallerIdentity caller) =>
        caller.Id is not { } id ? null
        : _revocations.Current.FirstOrDefault(revocation => revocation.Concerns(id, caller.Serial, caller.NotBefore)) is { } revoked
            ? $"Certificate {caller.Serial} of {id} was taken back at {revoked.Moment:u}: {revoked.Reason}"
        : caller.IsOf(_authority.Bundle, _time.GetUtcNow()) ? null : $"Certificate {caller.Serial} of {id} is of an authority that the mesh does not trust any more.";

    /// <summary>Which of an identity's certificates are not believed: those that began then, or before. Null: none was taken back.</summary>
    public DateTimeOffset? RevokedUntil(SpiffeId id) => _revocations.Current
        .Where(revocation => revocation.Serial is null && revocation.IsOf(id)).Select(revocation => (DateTimeOffset?)revocation.Until).Max();

    public void Dispose()
    {
        _revocations.Changed -= Judge;
        _authority.BundleChanged -= Judge;
    }

    private Watch Follow(CallerIdentity caller, Action<Status> end)
    {
        // First it is known, then it is asked: a change in between finds it.
        Watch watch = new(this, caller, end);
        _watches.TryAdd(watch, true);
        Judge(watch);
        return watch;
    }

    private void Judge()
    {
        foreach (Watch watch in _watches.Keys)
        {
            Judge(watch);
        }
    }

    private void Judge(Watch watch)
    {
        if (Objection(watch.Caller) is not null)
        {
            watch.End(Refused);
        }
    }

    private sealed class Watch(LiveCallers callers, CallerIdentity caller, Action<Status> end) : IDisposable
    {
        public CallerIdentity Caller => caller;

        public Action<Status> End => end;

        public void Dispose() => callers._watches.TryRemove(this, out _);
    }
}
