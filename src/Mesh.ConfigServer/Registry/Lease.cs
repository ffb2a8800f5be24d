using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Grpc.Core;

namespace Mesh.ConfigServer.Registry;

/// <summary>A registration for as long as it holds. The registry's lock guards it.</summary>
internal sealed class Lease
{
    public Lease(Registration registration) => Say(registration);

    /// <summary>As its process said it last, without its own words: those are kept elsewhere.</summary>
    public Registration Registration { get; private set; }

    /// <summary>Those of the registration.</summary>
    public ImmutableArray<RegisteredEndpoint> Endpoints { get; private set; }

    /// <summary>Of two with one address the one with the higher is the newer.</summary>
    public long Number { get; set; }

    public bool HasStream => Stop is not null;

    /// <summary>When its process was heard last, by the clock that never jumps.</summary>
    public long HeardAt { get; set; }

    /// <summary>It was kept by a server before this one, and has not been heard since.</summary>
    public bool IsRestored { get; init; }

    /// <summary>The server was away for so long that it may be anybody's address by now.</summary>
    public bool IsOld { get; init; }

    public bool IsUnhealthy { get; set; }

    /// <summary>Since when it is held rather than given up; null: it is not.</summary>
    public long? HeldAt { get; set; }

    /// <summary>It is called last, for more speaks against it than for it.</summary>
    public bool IsHeld => HeldAt is not null || IsOld;

    /// <summary>Tells its stream that it is over, without waiting for what comes of that; null: it has none.</summary>
    public Action? Stop { get; set; }

    /// <summary>Why it is over; OK: it is not, or its process has ended it.</summary>
    public Status EndStatus { get; private set; } = Status.DefaultSuccess;

    [MemberNotNull(nameof(Registration))]
    public void Say(Registration registration)
    {
        Registration = registration with { Content = ByteString.Empty };
        Endpoints = [.. registration.Endpoints.Select(endpoint => new RegisteredEndpoint(endpoint))];
    }

    public void End(Status status)
    {
        EndStatus = status;
        Stop?.Invoke();
    }
}
