using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Registry;

/// <summary>What all streams share.</summary>
internal sealed record RegistryEnvironment(
    MeshRegistry Registry, AddressPolicy Addresses, WithdrawalSpread Spread, RegistryOptions Options, TimeProvider Time,
    RegistryMetrics Metrics, ILogger<RegistryEnvironment> Logger);
