using Mesh.Model;

namespace Mesh.ConfigServer.Registry;

/// <summary>
/// An address of an instance. As an endpoint of each priority it is one object for as long as it lasts, so that what stays as it is is
/// seen to be the same without a look into it. Thread-safe.
/// </summary>
internal sealed class RegisteredEndpoint(MeshEndpoint endpoint)
{
    private MeshEndpoint? _last;

    public MeshEndpoint Endpoint => endpoint;

    /// <summary>Its address, made once.</summary>
    public string Authority { get; } = endpoint.Authority;

    /// <summary>The same, called after others.</summary>
    public MeshEndpoint At(int priority) =>
        priority == endpoint.Priority ? endpoint
        : Volatile.Read(ref _last) is { } last && last.Priority == priority ? last
        : _last = endpoint with { Priority = priority };
}
