using Grpc.Core;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>What follows from how registrations go: which server is next, after how long, and what people are told. One stream after the other.</summary>
/// <param name="target">Who is registered.</param>
/// <param name="servers">Where.</param>
/// <param name="random">Spreads the waits.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what changes.</param>
internal sealed class RegistrationOutcomes(RegistrationTarget target, AddressList servers, Random random, TimeProvider time, ILogger logger)
{
    // So often in a row a server that answers may fail before the next one is tried.
    private const int MaxFailures = 2;

    private readonly Backoff _backoff = new(random);
    private int _failures;
    private string _told = "";
    private string _yielded = "";
    private bool _isAnybodyThere;
    private volatile string? _trouble;

    /// <summary>Why the process is not registered, as far as is known.</summary>
    public string? Trouble => _trouble;

    /// <summary>Another stream has the instance, and a higher epoch.</summary>
    public static bool IsTaken(Exception? failure) => failure is RpcException { StatusCode: StatusCode.Aborted };

    public void OnRegistered(RegistrationStream stream)
    {
        string server = XdsServer.TextOf(stream.Address);
        string addresses = string.Join(", ", stream.Registered!.Addresses);
        _trouble = null;
        Tell($"{server} {addresses}", () => logger.Registered(target.Service, addresses, server));
    }

    /// <summary>What was refused is not said again: less is, or what was accepted before.</summary>
    /// <param name="stream">The one that ended.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="leftOut">The addresses that are not registered; none: nothing of the change is.</param>
    public void OnYielded(RegistrationStream stream, RpcException refusal, IReadOnlyList<string> leftOut)
    {
        string server = XdsServer.TextOf(stream.Address);
        string reason = ServerFailures.ReasonOf(refusal, isOurs: true);

        // Once, however often the server is asked again.
        if (_yielded == reason)
        {
            return;
        }

        _yielded = reason;
        if (leftOut.Count > 0)
        {
            Guarded.Log(() => logger.AddressesRefused(server, target.Service, string.Join(", ", leftOut), reason));
        }
        else
        {
            Guarded.Log(() => logger.ChangeRefused(server, target.Service, reason));
        }
    }

    /// <summary>The server would tell others an address at which nobody listens: it is not told of the process. How long to wait before it is looked again.</summary>
    public TimeSpan OnOutOfReach(Uri address, IEnumerable<uint> ports)
    {
        string server = XdsServer.TextOf(address);
        string listeners = string.Join(", ", ports);
        _trouble = $"{server}: It is reached over IPv6, and the web server listens at {listeners} over IPv4 alone. Set Mesh:Inbound:Addresses.";
        Tell(_trouble, () => logger.RegistrationOutOfReach(target.Service, server, listeners));
        return Refused();
    }

    /// <summary>How long to wait before the next stream.</summary>
    /// <param name="stream">The one that ended.</param>
    /// <param name="failure">What it failed of; null: the server has ended it in good order.</param>
    public TimeSpan OnEnded(RegistrationStream stream, Exception? failure)
    {
        string server = XdsServer.TextOf(stream.Address);
        TimeSpan? lived = stream.Registered is null ? null : time.GetElapsedTime(stream.RegisteredAt);
        string reason = failure is null && lived is not null ? "It ended the stream." : ServerFailures.ReasonOf(failure, isOurs: true);
        if (lived >= Backoff.Longest)
        {
            // What has been well for long begins anew.
            _failures = 0;
            _backoff.Reset();
        }

        _trouble = $"{server}: {reason}";
        if (IsTaken(failure))
        {
            Tell(_trouble, () => logger.RegistrationTaken(target.Message.Instance, server, reason));
            return _backoff.Next();
        }

        switch ((failure as RpcException)?.StatusCode)
        {
            case StatusCode.InvalidArgument:
                Tell(_trouble, () => logger.RegistrationRefused(server, target.Service, reason));
                return Refused();
            case StatusCode.PermissionDenied or StatusCode.Unauthenticated:
                Tell(_trouble, () => logger.RegistrationDenied(server, target.Service, reason));
                return Refused();
            case StatusCode.Unimplemented:
                Tell(_trouble, () => logger.RegistrationDenied(server, target.Service, "It has no registry: it is older than this client, or no config server of Mesh.Client."));
                return Refused();
        }

        if (failure is null && lived >= Backoff.Base)
        {
            // The server goes, or wants its clients to spread.
            _failures = 0;
            _backoff.Reset();
            return _backoff.Short();
        }

        Tell("lost", () => logger.RegistrationLost(
            target.Service, server, lived is null ? "It is tried again for as long as the process runs." : "It was; the server keeps it for a while, and it is renewed once a server answers.", reason));
        return lived is null ? MoveOn(failure) : Broken(stream);
    }

    // A server that registers and fails, time after time, is left for the next one.
    private TimeSpan Broken(RegistrationStream stream)
    {
        if (++_failures % MaxFailures == 0)
        {
            servers.MoveOn();
        }

        // A process whose streams are lost again and again is alive: it comes back before it is given up.
        return _backoff.Next(stream.Interval);
    }

    // Another server may think otherwise; after all of them, nothing changes soon.
    private TimeSpan Refused()
    {
        _isAnybodyThere = true;
        return servers.MoveOn() ? _backoff.Long() : TimeSpan.Zero;
    }

    private TimeSpan MoveOn(Exception? failure)
    {
        _isAnybodyThere |= !ServerFailures.IsConnectionRefused(failure);
        if (!servers.MoveOn())
        {
            return TimeSpan.Zero;
        }

        TimeSpan wait = _isAnybodyThere ? _backoff.Next() : _backoff.Steady();
        _isAnybodyThere = false;
        return wait;
    }

    // Once, until something else is to be told.
    private void Tell(string what, Action log)
    {
        if (_told != what)
        {
            _told = what;
            Guarded.Log(log);
        }
    }
}
