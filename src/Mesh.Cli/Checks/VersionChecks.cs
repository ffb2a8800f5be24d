using Mesh.Cli.Api;

namespace Mesh.Cli.Checks;

/// <summary>Looks at whether all that talk to each other are made to.</summary>
internal static class VersionChecks
{
    private const string Name = "versions";
    private const string Library = "Mesh.Client";

    // As far apart as client and server are made to understand each other.
    private const int MinorsApart = 2;

    // Of those that are alike, so many are named.
    private const int Named = 3;

    public static Finding OfTool(string tool, string server) => Understand(tool, server) is true
        ? new Finding(Severity.Ok, Name, $"tool {tool}, server {server}")
        : new Finding(
            Severity.Fail, Name, $"tool {tool}, server {server}",
            $"They understand each other within {MinorsApart} minor versions. Update the older one.");

    /// <summary>Nothing, where all fit.</summary>
    public static IEnumerable<Finding> OfLibraries(string server, ClientsAnswer clients, EndpointsAnswer endpoints)
    {
        (string Service, string Process, string Version)[] all = [.. Clients(clients).Concat(Instances(endpoints)).Distinct()];
        foreach (IGrouping<string, string> alike in all.Where(one => Understand(one.Version, server) is false).GroupBy(one => one.Version, one => one.Process))
        {
            yield return new Finding(
                Severity.Fail, Name, $"{Names([.. alike.Distinct()])} of {Library} {alike.Key}, and the server is {server}",
                $"They understand each other within {MinorsApart} minor versions. Update the older one.");
        }

        // Those that do not say of which service they are need not be of one.
        IEnumerable<(string Service, string Process, string Version)> named = all.Where(one => one.Service != ClientEntry.Nameless);
        foreach (IGrouping<string, string> service in named.GroupBy(one => one.Service, one => one.Version))
        {
            string[] versions = [.. service.Distinct().Order(StringComparer.Ordinal)];
            if (versions.Length > 1)
            {
                yield return new Finding(
                    Severity.Warn, Name, $"instances of {service.Key} have {Library} {string.Join(" and ", versions)}",
                    "During a rollout that is as it should be; else update those that were left out.");
            }
        }
    }

    private static IEnumerable<(string Service, string Process, string Version)> Clients(ClientsAnswer answer) =>
        from client in answer.Clients
        let version = Of(client.UserAgent)
        where version is not null
        select (client.FullName, client.Id, version);

    private static IEnumerable<(string Service, string Process, string Version)> Instances(EndpointsAnswer answer) =>
        from service in answer.Services
        from endpoint in service.Endpoints ?? []
        let version = Of(endpoint.UserAgent)
        where version is not null && endpoint.Instance is not null

        // As the process calls itself where it is a client.
        select (service.FullName, $"{service.FullName}~{endpoint.Instance}", version);

    private static string? Of(string? userAgent) => userAgent?.Split(' ') is [Library, var version] ? version : null;

    private static string Names(string[] processes) => processes.Length switch
    {
        1 => $"{processes[0]} is",
        <= Named => $"{string.Join(", ", processes)} are",
        _ => $"{string.Join(", ", processes[..Named])} and {processes.Length - Named} more are",
    };

    // Null: nobody knows.
    private static bool? Understand(string one, string other) => Parse(one) is { } mine && Parse(other) is { } its
        ? mine.Major == its.Major && Math.Abs(mine.Minor - its.Minor) <= MinorsApart : null;

    private static Version? Parse(string text) => Version.TryParse(text.Split('-', '+')[0], out Version? version) ? version : null;
}
