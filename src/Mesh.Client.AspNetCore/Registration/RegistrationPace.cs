using Mesh.Client.Sources.Xds;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>Which server is next after a stream has ended, and after how long.</summary>
/// <param name="servers">In order of preference.</param>
/// <param name="random">Spreads the waits.</param>
internal sealed class RegistrationPace(AddressList servers, Random random)
{
    /// <summary>A process that is alive is back within the grace of a server that was just started, and then some.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // So often in a row a server that answers may fail before the next one is tried.
    private const int MaxFailures = 2;

    private readonly Backoff _backoff = new(random);

    // Once it was registered it is back before it is given up.
    private TimeSpan _longest = Longest;
    private int _failures;
    private bool _isAnybodyThere;
    private bool _wasAtOnce;

    /// <param name="interval">How often the server wants to hear of the process.</param>
    public void OnRegistered(TimeSpan interval) => (_longest, _wasAtOnce) = (interval, false);

    /// <summary>What has been well for long begins anew.</summary>
    public void OnLived(TimeSpan? lived)
    {
        if (lived >= Backoff.Longest)
        {
            _failures = 0;
            _backoff.Reset();
        }
    }

    /// <summary>The same server is to be told something else. One refusal is answered at once; a second in a row is not, or it might go round in a circle.</summary>
    public TimeSpan AtOnce()
    {
        _wasAtOnce = !_wasAtOnce;
        return _wasAtOnce ? TimeSpan.Zero : Next();
    }

    /// <summary>The next try is to the same server.</summary>
    public TimeSpan Next() => _backoff.Next(_longest);

    /// <summary>The server goes, or wants its clients to spread.</summary>
    public TimeSpan Finished()
    {
        _failures = 0;
        _backoff.Reset();
        return _backoff.Short();
    }

    /// <summary>A server that registers and fails, time after time, is left for the next one.</summary>
    public TimeSpan Broken()
    {
        if (++_failures % MaxFailures == 0)
        {
            servers.MoveOn();
        }

        return Next();
    }

    /// <summary>Another server may think otherwise; after all of them, nothing changes soon.</summary>
    public TimeSpan Refused()
    {
        _isAnybodyThere = true;
        if (!servers.MoveOn())
        {
            return AtOnce();
        }

        _wasAtOnce = false;
        return _backoff.Long();
    }

    /// <summary>The server has not answered.</summary>
    public TimeSpan MoveOn(Exception? failure)
    {
        _isAnybodyThere |= !ServerFailures.IsConnectionRefused(failure);
        if (!servers.MoveOn())
        {
            return TimeSpan.Zero;
        }

        TimeSpan wait = _isAnybodyThere ? Next() : _backoff.Steady();
        _isAnybodyThere = false;
        return wait;
    }

    /// <summary>After a fault of one's own.</summary>
    public TimeSpan AfterFault() => Backoff.AfterFault() * Math.Min(1, _longest / Backoff.Longest);
}
