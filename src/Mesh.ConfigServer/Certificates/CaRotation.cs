using Mesh.ConfigServer.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Certificates;

/// <summary>
/// Changes the mesh's root while everything goes on: the new one is trusted first, used once everybody knows it, and the old one given up when nothing
/// that it issued is in force any more. Each step is one write, so that a restart goes on where it was.
/// </summary>
internal sealed class CaRotation(
    CertificateAuthority authority, BundleAcknowledgements acknowledgements, SqliteDatabase database, TimeProvider time, ILogger<CaRotation> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    // For what is being issued at the very moment.
    private static readonly TimeSpan s_slack = TimeSpan.FromMinutes(1);

    private readonly Lock _stepping = new();
    private ITimer? _timer;

    public RotationStatus Status
    {
        get
        {
            lock (_stepping)
            {
                AuthorityState state = authority.State;
                (int all, List<Member> behind) = acknowledgements.Count(BundleHash.Of(authority.Bundle));
                return new RotationStatus(
                    state, authority.Bundle.Roots[0], state.Other is null ? null : authority.Bundle.Roots[1], all, state.Phase is RotationPhase.None ? [] : behind);
            }
        }
    }

    /// <summary>Makes a new root, and tells of it.</summary>
    /// <exception cref="RotationRefusedException">There is a change already, or the root is the operator's.</exception>
    /// <exception cref="IOException">It cannot be made or kept, and nothing has changed; or the audit cannot have it, which the message says.</exception>
    public void Begin(WriteOrigin by) => Change("begin", by, state =>
    {
        if (authority.Settings.CaCertificate is { } file)
        {
            throw new RotationRefusedException($"The mesh is under an authority of yours, {file}: the server has not its key to change.");
        }

        if (state.Phase is not RotationPhase.None)
        {
            throw new RotationRefusedException("The root is being changed already. See to its end, or abort it.");
        }

        int number = authority.Prepare();
        DateTimeOffset now = time.GetUtcNow();
        authority.Move(authority.State with { Other = number, Phase = RotationPhase.Distribute, Since = now, Until = now + authority.Settings.RotationWait });
        Tell($"a new one, '{authority.Bundle.Roots[1].Subject}', is trusted from now on beside '{authority.Bundle.Roots[0].Subject}', and issues nothing yet.");
    });

    /// <summary>Takes it back: what was trusted before issues again. A root that has issued already stays trusted until that has ended.</summary>
    /// <exception cref="RotationRefusedException">There is none.</exception>
    /// <exception cref="IOException">It cannot be kept, and nothing has changed; or the audit cannot have it, which the message says.</exception>
    public void Abort(WriteOrigin by) => Change("abort", by, state =>
    {
        switch (state.Phase)
        {
            case RotationPhase.Distribute:
                authority.Move(Alone(state, state.Signing));
                Tell("the change was aborted, and the new one is trusted no more. It had issued nothing.");
                break;
            case RotationPhase.Use:
                Use(state);
                Tell($"the change was aborted. '{authority.Bundle.Roots[0].Subject}' issues again; the other one is trusted until {authority.State.Until:u}.");
                break;
            default:
                throw NoChange();
        }
    });

    /// <summary>Waits for nobody: the new root alone is trusted from now on. Whoever does not know it needs a new token.</summary>
    /// <exception cref="RotationRefusedException">There is none.</exception>
    /// <exception cref="IOException">It cannot be kept, and nothing has changed; or the audit cannot have it, which the message says.</exception>
    public void RetireNow(WriteOrigin by) => Change("retireNow", by, state => Retire(state, state.Phase switch
    {
        RotationPhase.Distribute => state.Other!.Value,
        RotationPhase.Use => state.Signing,
        _ => throw NoChange(),
    }));

    /// <summary>Goes on where nothing is to be waited for.</summary>
    public void Step()
    {
        lock (_stepping)
        {
            AuthorityState state = authority.State;
            if (state.Phase is RotationPhase.None || time.GetUtcNow() < state.Until)
            {
                return;
            }

            if (state.Phase is RotationPhase.Use)
            {
                Change("retire", WriteOrigin.OfServer, state => Retire(state, state.Signing));
            }
            else if (acknowledgements.Count(BundleHash.Of(authority.Bundle)).Behind.Count == 0)
            {
                Change("use", WriteOrigin.OfServer, state =>
                {
                    Use(state);
                    Tell($"'{authority.Bundle.Roots[0].Subject}' issues from now on; the other one is trusted until {authority.State.Until:u}.");
                });
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static state => ((CaRotation)state!).TryStep(), this, s_interval, s_interval);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();

        // One that is at it has come to its end.
        lock (_stepping)
        {
            return Task.CompletedTask;
        }
    }

    public void Dispose() => _timer?.Dispose();

    private static RotationRefusedException NoChange() => new("The root is not being changed. `mesh ca rotate` begins that.");

    private static AuthorityState Alone(AuthorityState state, int number) =>
        state with { Signing = number, Other = null, Phase = RotationPhase.None, Since = default, Until = default };

    // A file is no part of the database's transactions: the record follows what was done, or has failed.
    private void Change(string action, WriteOrigin by, Action<AuthorityState> change)
    {
        lock (_stepping)
        {
            AuthorityState before = authority.State;
            try
            {
                change(before);
            }
            catch (IOException failure) when (by != WriteOrigin.OfServer)
            {
                // The server itself tries again, and tells of it in the log.
                Keep(action, by, before, failure.Message);
                throw;
            }

            Keep(action, by, before, null);
        }
    }

    private void Keep(string action, WriteOrigin by, AuthorityState before, string? failure)
    {
        try
        {
            database.Transact(connection =>
            {
                AuditRows.Add(connection, new AuditRecord
                {
                    Time = time.GetUtcNow(), Origin = by, Kind = AuditKinds.Authority, Action = action, Refusal = failure,
                    Changes = [IdentityAudit.Of(authority.Bundle.TrustDomain, before, authority.State)],
                });
                return true;
            });
        }
        catch (StoreException cause)
        {
            string outcome = failure is null ? "The root's change is done" : $"The root's change has failed ({failure.TrimEnd('.')})";
            throw new IOException($"{outcome}, and the audit cannot have it: {cause.Message}", cause);
        }
    }

    // The two change places.
    private void Use(AuthorityState state)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset end = now + authority.Settings.MaxLifetime;
        if (database.Write(CertificateRows.FindEnd) is { } last && last > end)
        {
            end = last;
        }

        authority.Move(state with { Signing = state.Other!.Value, Other = state.Signing, Phase = RotationPhase.Use, Since = now, Until = end + s_slack });
    }

    private void Retire(AuthorityState state, int number)
    {
        authority.Move(Alone(state, number));
        Tell($"'{authority.Bundle.Roots[0].Subject}' alone is trusted from now on.");
    }

    private void TryStep()
    {
        try
        {
            Step();
        }
        catch (Exception failure) when (failure is IOException or StoreException)
        {
            logger.RootRotationFailed(failure.Message);
        }
    }

    private void Tell(string step) => logger.RootRotation(step);
}
