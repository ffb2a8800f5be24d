using System.Collections.Immutable;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Those that were taken back, as it goes on.</summary>
internal interface IRevocations
{
    /// <summary>The newest first; without those whose certificates have all ended.</summary>
    ImmutableArray<Revocation> Current { get; }

    /// <summary>Others hold from now on. Raised outside of locks, on any thread.</summary>
    event Action? Changed;

    /// <summary>One was taken back just now; after <see cref="Changed"/>.</summary>
    event Action<Revocation>? Revoked;
}
