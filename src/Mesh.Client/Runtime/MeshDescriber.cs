using Mesh.Client.Identity;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>Tells what the runtime does, for <see cref="IServiceMesh.Describe"/>.</summary>
internal static class MeshDescriber
{
    public static MeshDescription Describe(MeshRuntime runtime, RegistrationDescription? registration = null) => new()
    {
        Service = runtime.Source,
        Version = runtime.Settings.Settings.Service.Version,
        Enabled = runtime.IsEnabled,
        SettingsVersion = runtime.Settings.Version,
        ConfigServer = runtime.ConfigServer,
        Registration = registration,
        Identity = Describe(runtime.IdentitySource),
        Services = [.. runtime.Services.OrderBy(service => service.Name, StringComparer.Ordinal).Select(Describe)],
    };

    public static EndpointState StateOf(Endpoint endpoint, MeshedService service, long now) =>
        !endpoint.IsWell ? EndpointState.Unhealthy
        : endpoint.Ejection.IsReady || !service.Ejects ? EndpointState.Ready
        : endpoint.Ejection.IsProbing || endpoint.Ejection.IsProbeDue(now) ? EndpointState.Probing
        : EndpointState.Ejected;

    private static IdentityDescription? Describe(IIdentitySource source)
    {
        WorkloadIdentity? current = source.Current;
        return source.Description is not { } from ? null : new IdentityDescription
        {
            Id = current?.Id.ToString(),
            Serial = current?.Serial,
            NotAfter = current?.NotAfter,
            Source = from,
            Trouble = source.Trouble,
        };
    }

    private static ServiceDescription Describe(MeshedService service) => new()
    {
        Name = service.Name,
        RulesFrom = service.Answer.RulesFrom,
        RulesVersion = service.Answer.RulesVersion,
        EndpointsFrom = service.Answer.EndpointsFrom,
        Routes = [.. service.Rules.Settings.Routes.Select(route => route.Name)],
        Endpoints = [.. service.Endpoints.Select(endpoint => Describe(endpoint, service))],
        ActiveCalls = service.Limiter.Active,
    };

    private static EndpointDescription Describe(Endpoint endpoint, MeshedService service)
    {
        long now = service.Runtime.Clock.Now;
        EndpointState state = StateOf(endpoint, service, now);
        return new EndpointDescription
        {
            Address = endpoint.Description.Address,
            Version = endpoint.Description.Version,
            Weight = endpoint.Description.Weight,
            Priority = endpoint.Description.Priority,
            SrvPriority = endpoint.Description.SrvPriority,
            Protocol = endpoint.Description.Protocols switch
            {
                EndpointProtocols.Http1 => "HTTP/1.1",
                EndpointProtocols.Http2 => "HTTP/2",
                _ => null,
            },
            State = state,
            Reason = state switch
            {
                EndpointState.Unhealthy when endpoint.IsLeaving => "it says that it is about to stop",
                EndpointState.Unhealthy => endpoint.Checker?.Record.Reason,
                EndpointState.Ejected => $"ejected after {endpoint.Ejection.ConsecutiveFailures} failures in a row",
                EndpointState.Probing when endpoint.Ejection.IsProbing => "its ejection is over, a call is trying it",
                EndpointState.Probing => "its ejection is over, the next call that needs it tries it",
                _ => null,
            },
            ActiveRequests = endpoint.ActiveRequests,
            Latency = endpoint.Latency.HasSample ? TimeSpan.FromSeconds(endpoint.Latency.Read(now, service.Decay)) : null,
        };
    }
}
