using System.Globalization;
using Mesh.Cli.Api;
using Mesh.Cli.Output;

namespace Mesh.Cli.Checks;

/// <summary>Looks at where services are called: whether that is anywhere, and whether it lasts.</summary>
internal static class EndpointChecks
{
    private const string Name = "endpoints";

    public static IEnumerable<Finding> Of(EndpointsAnswer answer) => answer.Services.SelectMany(Of).DefaultIfEmpty(
        new Finding(Severity.Ok, Name, Summary(answer)));

    private static IEnumerable<Finding> Of(ServiceEntry service)
    {
        if (service.IsEmpty)
        {
            yield return new Finding(
                Severity.Warn, Name,
                service.EmptySince is { } since ? $"{service.FullName} has none since {Times.Format(since)}, when its last instance went"
                    : $"{service.FullName} has none: its document names none, and no process has registered",
                service.HasDocument ? "Calls fail. Start a process of it that registers, or give its document endpoints."
                    : "Calls fail. Start a process of it.");
        }

        if (service.HiddenBy is { } owner)
        {
            yield return new Finding(
                Severity.Fail, Name, $"{service.FullName} has instances, and is a host of {owner}: calls go there, and none to them",
                $"Take the host out of the document of {owner}, or let the processes register by another name.");
        }

        if (service.IsFlapping)
        {
            yield return new Finding(
                Severity.Warn, Name,
                $"{service.FullName} flaps: {service.Comings} instances came and {service.Goings} went in the last 5 minutes",
                "Their logs tell whether they crash, are restarted, or lose the config server again and again.");
        }

        if (Those(service, "held") is { } held)
        {
            yield return new Finding(
                Severity.Warn, Name, $"{service.FullName}: {held} held, for they and most others of the service are silent, or were known before the server was away for long",
                "They are given up after a minute. Look at the network between them and the config server.");
        }

        if (Those(service, "unhealthy") is { } unhealthy)
        {
            string? reason = (service.Endpoints ?? []).Select(endpoint => endpoint.Reason).FirstOrDefault(reason => reason is not null);
            yield return new Finding(
                Severity.Warn, Name, $"{service.FullName}: {unhealthy} unhealthy{(reason is null ? "" : $": {reason}")}",
                "They are called last. `mesh endpoints` tells the reason of each.");
        }
    }

    // Null: none is in that state.
    private static string? Those(ServiceEntry service, string state)
    {
        EndpointEntry[] all = [.. service.Endpoints ?? []];
        EndpointEntry[] meant = [.. all.Where(endpoint => endpoint.State == state)];
        return meant switch
        {
            [] => null,
            [var only] => $"{only.Address} (1 of {all.Length}) is",
            _ => $"{meant[0].Address} and {Number(meant.Length - 1)} more (of {Number(all.Length)}) are",
        };
    }

    private static string Summary(EndpointsAnswer answer)
    {
        int endpoints = answer.Services.Sum(service => service.Endpoints?.Length ?? 0);
        return answer.Services.IsEmpty ? "there are no services"
            : $"{Count(answer.Services.Length, "service")} with {Count(endpoints, "endpoint")}";
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{Number(number)} {what}s";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
