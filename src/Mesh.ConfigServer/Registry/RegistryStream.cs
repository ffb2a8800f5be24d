using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Xds;
using Mesh.Model;
using Mesh.Model.Documents;
using Mesh.Model.Identity;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;
using MessageCase = Mesh.Model.Xds.Wire.RegisterRequest.MessageOneofCase;
using Status = Grpc.Core.Status;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Registry;

/// <summary>One process's stream: it registers, says that it is alive, and withdraws.</summary>
/// <param name="environment">What all streams share.</param>
/// <param name="responses">What the process is told.</param>
/// <param name="peer">Where it is; null: that is not known.</param>
/// <param name="caller">Who it has proven to be; null: nobody asked.</param>
/// <param name="stop">Ends the stream, without waiting for that.</param>
internal sealed class RegistryStream(
    RegistryEnvironment environment, IServerStreamWriter<RegisterResponse> responses, IPAddress? peer, SpiffeId? caller, Action stop)
    : IDisposable
{
    private const int LongestClaim = 200;

    private readonly StreamPace _pace = new(environment.Options.RegistrationsPerSecond, environment.Time);

    /// <summary>Null: it has not registered yet.</summary>
    public Lease? Lease { get; private set; }

    /// <summary>Of whom it is, as it says itself, whether that is good or not.</summary>
    public string Claim { get; private set; } = "a process that has not said who it is";

    /// <summary>Why its caller is not believed any more; null: it is.</summary>
    public Status? Revoked { get; private set; }

    /// <summary>Its caller is not believed any more, and nobody is to be sent there.</summary>
    public void Revoke(Status status)
    {
        Revoked = status;
        stop();
    }

    /// <summary>Takes a message. False: it was the last.</summary>
    public async Task<bool> TakeAsync(RegisterRequest request, CancellationToken ending)
    {
        switch (request.MessageCase)
        {
            case MessageCase.Registration:
                await RegisterAsync(request.Registration, ending).ConfigureAwait(false);
                return true;
            case MessageCase.KeepAlive:
                return environment.Registry.KeepAlive(Registered()) ? true : throw new RpcException(EndStatus());
            case MessageCase.Withdrawal:
                await WithdrawAsync(request.Withdrawal, ending).ConfigureAwait(false);
                return false;
            default:
                throw Bad("A message must be a registration, a keep_alive or a withdrawal.");
        }
    }

    public void Dispose() => _pace.Dispose();

    private static RpcException Bad(string problem) => new(new Status(StatusCode.InvalidArgument, problem));

    private Lease Registered() => Lease ?? throw Bad("The first message of a stream must be a registration.");

    private Status EndStatus() => Lease!.EndStatus is { StatusCode: not StatusCode.OK } status ? status : RegistryFailures.Ended;

    private async Task RegisterAsync(Wire.Registration message, CancellationToken ending)
    {
        string space = message.Namespace.Length == 0 ? ServiceIdentity.DefaultNamespace : message.Namespace;
        string service = message.Service.Contains('.', StringComparison.Ordinal) ? message.Service : $"{message.Service}.{space}";
        Claim = Wording.Printable($"{service}~{message.Instance}", LongestClaim);

        // Whoever says too much is not refused, but read later.
        await _pace.WaitAsync(ending).ConfigureAwait(false);
        RegistryOptions options = environment.Options;
        Decoded<Registration> read = RegistrationReader.Read(
            message, environment.Addresses, peer, options.ServerId, environment.Time.GetUtcNow(), options.TrustDomain);
        if (!read.IsGood)
        {
            throw Bad(string.Join(' ', read.Faults));
        }

        Registration registration = read.Value;
        if (Lease?.Registration is { } before
            && (before.Service, before.Instance, before.Epoch) != (registration.Service, registration.Instance, registration.Epoch))
        {
            throw Bad("registration: On one stream service, namespace, instance and epoch stay as they are. Open another for other ones.");
        }

        if (caller is not null && !registration.Service.Equals(caller.FullName, StringComparison.OrdinalIgnoreCase))
        {
            throw new RpcException(RegistryFailures.Another(registration.Service, caller.FullName));
        }

        if (HostOwners.OwnerOf(environment.States.Current, registration.Service) is { } owner)
        {
            throw Bad(
                $"registration.service: '{registration.Service}' is a host of {owner}, whose document says so: calls of it go there. "
                + "Register by another name, or take the host out of the document.");
        }

        bool isFirst = Lease is null;
        (Lease, Task kept) = environment.Registry.Register(registration, Lease, stop);
        await KeepAsync(Lease, kept).ConfigureAwait(false);
        environment.Metrics.Registered();
        if (isFirst)
        {
            environment.Logger.Registered(
                registration.Service, registration.Instance, registration.Peer,
                string.Join(' ', registration.Endpoints.Select(endpoint => endpoint.Authority)));
        }

        Registered registered = new()
        {
            Epoch = registration.Epoch, KeepAliveInterval = options.KeepAliveInterval.ToDuration(), Ttl = options.Ttl.ToDuration(),
        };
        registered.Addresses.Add(registration.Endpoints.Select(endpoint => endpoint.Address));
        await responses.WriteAsync(new RegisterResponse { Registered = registered }, ending).ConfigureAwait(false);
    }

    private async Task KeepAsync(Lease lease, Task kept)
    {
        try
        {
            await kept.ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            // Whoever is refused must not be called.
            environment.Registry.Refuse(lease);
            throw new RpcException(new Status(StatusCode.Unavailable, $"The registration cannot be kept. {failure.Message}"));
        }
    }

    private async Task WithdrawAsync(Withdrawal withdrawal, CancellationToken ending)
    {
        Registration registration = Registered().Registration;
        RegistryOptions options = environment.Options;
        TimeSpan within = withdrawal.SpreadWithin is { } given ? Bounded(given, options.MaxSpreadTime) : options.SpreadTime;
        Task forgotten = environment.Registry.Withdraw(Lease!);
        (int clients, int behind) = await environment.Spread.WaitAsync(registration.Service, within, ending).ConfigureAwait(false);
        await forgotten.WaitAsync(ending).ConfigureAwait(false);
        environment.Metrics.Withdrew(behind);
        environment.Logger.Withdrew(registration.Service, registration.Instance, clients, behind);
        Withdrawn withdrawn = new() { Clients = (uint)clients, Behind = (uint)behind };
        await responses.WriteAsync(new RegisterResponse { Withdrawn = withdrawn }, ending).ConfigureAwait(false);
    }

    private static TimeSpan Bounded(Duration given, TimeSpan most) =>
        given.Seconds < 0 || given.Nanos < 0 ? TimeSpan.Zero
        : given.Seconds >= most.TotalSeconds ? most
        : TimeSpan.FromSeconds(given.Seconds) + TimeSpan.FromMicroseconds(given.Nanos / 1000);
}
