using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>The streams of one registration, and which servers believe in the process by what it said on them: those that hear when it goes.</summary>
/// <param name="epochs">The process's.</param>
/// <param name="channels">Where connections come from.</param>
/// <param name="onRegistered">Called whenever a server has confirmed the registration.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of withdrawals.</param>
internal sealed class RegistrationStreams(Epochs epochs, ChannelPool channels, Action<RegistrationStream> onRegistered, TimeProvider time, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly HashSet<RegistrationStream> _running = [];
    private readonly Dictionary<Uri, (RegistrationStream Last, long EndedAt)> _believers = [];
    private RegistrationStream? _last;
    private long _epoch = epochs.Next();
    private bool _isWithdrawn;
    private bool _isConfirmed;

    /// <summary>The process goes: there are no further streams.</summary>
    public bool IsWithdrawn
    {
        get
        {
            lock (_gate)
            {
                return _isWithdrawn;
            }
        }
    }

    /// <summary>A stream that is to be run.</summary>
    /// <param name="address">The server.</param>
    /// <param name="wanted">What it is told.</param>
    /// <param name="isBeside">Another one runs, whose place it is to take.</param>
    /// <returns>Null: the process goes.</returns>
    public RegistrationStream? Open(Uri address, WantedRegistration wanted, bool isBeside = false)
    {
        lock (_gate)
        {
            if (_isWithdrawn)
            {
                return null;
            }

            // What comes after it must not be older than it.
            _epoch = isBeside ? epochs.Next() : _epoch;
            RegistrationStream stream = Make(address, _epoch, wanted);
            _running.Add(stream);
            return stream;
        }
    }

    /// <summary>
    /// Another stream has taken a running one's place. Those who follow its server come over in their own time, and are not to miss the process meanwhile:
    /// it runs on until they had it, and is left without a word, so that it is believed in for a little longer.
    /// </summary>
    public async Task LeaveAsync(RegistrationStream former)
    {
        await ((Task)former.Ended).WaitAsync(Backoff.Longest, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        former.Dispose();
    }

    /// <summary>Says on all streams that the process goes. There are no further ones.</summary>
    public async Task WithdrawAsync(TimeSpan spreadWithin, CancellationToken over)
    {
        RegistrationStream[] running;
        lock (_gate)
        {
            _isWithdrawn = true;
            running = [.. _running.Where(stream => stream.IsSpeaking || _believers.ContainsKey(stream.Address))];
        }

        await Task.WhenAll(running.Select(async stream =>
        {
            stream.Withdraw(spreadWithin);
            await ((Task)stream.Ended).WaitAsync(over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Tell(stream);
        })).ConfigureAwait(false);
    }

    /// <summary>
    /// Says it to the servers to which no stream runs any more, and which may believe in the last one: whoever goes meanwhile is believed in until its time
    /// is over, unless it says so. With a higher epoch it is heard.
    /// </summary>
    /// <returns>Whether all that believed in the process have confirmed that it goes, and there was one.</returns>
    public async Task<bool> WithdrawElsewhereAsync(TimeSpan spreadWithin, CancellationToken over)
    {
        RegistrationStream[] left = LastOfBelievers();
        if (!over.IsCancellationRequested)
        {
            await Task.WhenAll(left.Select(async last =>
            {
                RegistrationStream stream = Make(last.Address, epochs.Next(), last.Wanted, isSilent: true);
                stream.Withdraw(spreadWithin);
                await stream.RunAsync(over).ConfigureAwait(false);
                Tell(stream);
            })).ConfigureAwait(false);
        }

        lock (_gate)
        {
            return _isConfirmed && !left.Any(last => _believers.ContainsKey(last.Address));
        }
    }

    // The last one may have been restarted, and believes for as long as its grace lasts. To others nobody goes back: they have given the process up in time.
    private RegistrationStream[] LastOfBelievers()
    {
        lock (_gate)
        {
            return [.. _believers.Values.Where(believer => believer.Last == _last || time.GetElapsedTime(believer.EndedAt) < believer.Last.Ttl).Select(believer => believer.Last)];
        }
    }

    private RegistrationStream Make(Uri address, long epoch, WantedRegistration wanted, bool isSilent = false) =>
        new(address, epoch, wanted, isSilent ? static _ => { } : onRegistered, OnEnded, channels, time);

    private void OnEnded(RegistrationStream stream, Exception? failure)
    {
        bool isTaken = RegistrationOutcomes.IsTaken(failure);
        lock (_gate)
        {
            _running.Remove(stream);
            if (isTaken || stream.Withdrawn is not null)
            {
                _isConfirmed |= !isTaken;
                _believers.Remove(stream.Address);
            }
            else if (stream.Registered is not null || (stream.IsSpeaking && !RegistrationOutcomes.IsRefused(failure)))
            {
                _last = stream;
                _believers[stream.Address] = (stream, time.GetTimestamp());
            }

            // Of two streams with one instance the newer one wins. One that was told that another is newer must not outbid it, or both would for ever.
            if (stream.Registered is not null && !isTaken)
            {
                _epoch = epochs.Next();
            }
        }
    }

    private bool IsBelieved(RegistrationStream stream)
    {
        lock (_gate)
        {
            return _running.Contains(stream) || _believers.ContainsKey(stream.Address);
        }
    }

    private void Tell(RegistrationStream stream)
    {
        string server = XdsServer.TextOf(stream.Address);
        if (stream.Withdrawn is { } withdrawn)
        {
            Guarded.Log(() => logger.Withdrawn(server, withdrawn.Clients, withdrawn.Behind));
        }
        else if (stream.IsSpeaking && IsBelieved(stream))
        {
            Guarded.Log(() => logger.WithdrawalUnconfirmed(server));
        }
    }
}
