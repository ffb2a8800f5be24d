using Mesh.ConfigServer.State;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Registry;

/// <summary>What all streams share.</summary>
internal sealed record RegistryEnvironment(
    MeshRegistry Registry, AddressPolicy Addresses, IMeshStates States, WithdrawalSpread Spread, RegistryOptions Options, TimeProvider Time,
    RegistryMetrics Metrics, ILogger<RegistryEnvironment> Logger)
{
    public ToldRefusals Refusals { get; } = new(Time);
}
