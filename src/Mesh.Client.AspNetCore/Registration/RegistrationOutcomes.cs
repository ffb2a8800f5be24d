using Grpc.Core;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>What follows from how registrations go, and what people are told. One stream after the other.</summary>
/// <param name="target">Who is registered.</param>
/// <param name="pace">How it goes on.</param>
/// <param name="logger">Told of what changes.</param>
internal sealed class RegistrationOutcomes(RegistrationTarget target, RegistrationPace pace, ILogger logger)
{
    private string _told = "";
    private string _yielded = "";
    private string _refusedEarlier = "";
    private volatile string? _trouble;

    /// <summary>Why the process is not registered, as far as is known.</summary>
    public string? Trouble => _trouble;

    /// <summary>Another stream has the instance, and a higher epoch.</summary>
    public static bool IsTaken(Exception? failure) => failure is RpcException { StatusCode: StatusCode.Aborted };

    /// <summary>The server does not believe in what it was told.</summary>
    public static bool IsRefused(Exception? failure) =>
        failure is RpcException { StatusCode: StatusCode.InvalidArgument or StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.Unimplemented };

    public void OnRegistered(RegistrationStream stream)
    {
        string server = XdsServer.TextOf(stream.Address);
        string addresses = string.Join(", ", stream.Registered!.Addresses);
        _trouble = null;
        pace.OnRegistered(stream.Interval);
        Tell($"{server} {addresses}", () => logger.Registered(target.Service, addresses, server));
    }

    /// <summary>What was refused is not said again: less is, or what was accepted before.</summary>
    /// <returns>False: there is nothing else to say to this server.</returns>
    public bool TryYield(RegistrationStream stream, Exception? failure)
    {
        if (failure is not RpcException { StatusCode: StatusCode.InvalidArgument } refusal || stream.Unanswered is not { } refused
            || !stream.Wanted.TryYield(refused, refusal.Status.Detail, out IReadOnlyList<string> leftOut))
        {
            return false;
        }

        string server = XdsServer.TextOf(stream.Address);
        string reason = ServerFailures.ReasonOf(refusal, isOurs: true);

        // Once, however often the server is asked again.
        if (_yielded != reason)
        {
            _yielded = reason;
            Guarded.Log(leftOut.Count > 0
                ? () => logger.AddressesRefused(server, target.Service, string.Join(", ", leftOut), reason)
                : () => logger.ChangeRefused(server, target.Service, reason));
        }

        return true;
    }

    /// <summary>A server that clients prefer was tried beside the one that has the process.</summary>
    /// <param name="stream">The one to it, which has ended.</param>
    /// <param name="failure">What it failed of.</param>
    public void OnEarlierEnded(RegistrationStream stream, Exception? failure)
    {
        string reason = ServerFailures.ReasonOf(failure, isOurs: true);
        if (IsRefused(failure) && _refusedEarlier != reason)
        {
            _refusedEarlier = reason;
            Guarded.Log(() => logger.EarlierServerRefuses(XdsServer.TextOf(stream.Address), target.Service, reason));
        }
    }

    /// <summary>The server would tell others an address at which nobody listens: it is not told of the process. How long to wait before it is looked again.</summary>
    public TimeSpan OnOutOfReach(Uri address, IEnumerable<uint> ports)
    {
        string server = XdsServer.TextOf(address);
        string listeners = string.Join(", ", ports);
        _trouble = $"{server}: It is reached over IPv6, and the web server listens at {listeners} over IPv4 alone. Set Mesh:Inbound:Addresses.";
        Tell(_trouble, () => logger.RegistrationOutOfReach(target.Service, server, listeners));
        return pace.Refused();
    }

    /// <summary>How long to wait before the next try.</summary>
    public TimeSpan OnFault(Exception fault)
    {
        Guarded.Log(() => logger.RegistrationFailed(target.Service, fault));
        return pace.AfterFault();
    }

    /// <summary>How long to wait before the next stream.</summary>
    /// <param name="stream">The one that ended.</param>
    /// <param name="failure">What it failed of; null: the server has ended it in good order.</param>
    public TimeSpan OnEnded(RegistrationStream stream, Exception? failure)
    {
        if (TryYield(stream, failure))
        {
            return pace.AtOnce();
        }

        // The next server, or the same one after a restart, may take what this one did not.
        stream.Wanted.BeginAnew();
        string server = XdsServer.TextOf(stream.Address);
        TimeSpan? lived = stream.Lived;
        string reason = failure is null && lived is not null ? "It ended the stream." : ServerFailures.ReasonOf(failure, isOurs: true);
        _trouble = $"{server}: {reason}";
        pace.OnLived(lived);
        switch ((failure as RpcException)?.StatusCode)
        {
            case StatusCode.Aborted:
                Tell(_trouble, () => logger.RegistrationTaken(target.Message.Instance, server, reason));
                return pace.Next();
            case StatusCode.InvalidArgument:
                Tell(_trouble, () => logger.RegistrationRefused(server, target.Service, reason));
                return pace.Refused();
            case StatusCode.PermissionDenied or StatusCode.Unauthenticated:
                Tell(_trouble, () => logger.RegistrationDenied(server, target.Service, reason));
                return pace.Refused();
            case StatusCode.Unimplemented:
                Tell(_trouble, () => logger.RegistrationDenied(server, target.Service, "It has no registry: it is older than this client, or no config server of Mesh.Client."));
                return pace.Refused();
        }

        if (failure is null && lived >= Backoff.Base)
        {
            return pace.Finished();
        }

        Tell("lost", () => logger.RegistrationLost(
            target.Service, server, lived is null ? "It is tried again for as long as the process runs." : "It was; the server keeps it for a while, and it is renewed once a server answers.", reason));
        return lived is null ? pace.MoveOn(failure) : pace.Broken();
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
