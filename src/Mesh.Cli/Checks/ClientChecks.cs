using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.Cli.Checks;

/// <summary>Looks at the clients: whether they follow, and can do what is asked of them.</summary>
internal static class ClientChecks
{
    private const string Name = "clients";

    // Whoever takes longer to answer does not follow.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static IEnumerable<Finding> Of(ClientsAnswer answer, KnownServices known) => answer.Clients.IsEmpty
        ? [new Finding(Severity.Ok, Name, "none is connected")]
        : answer.Clients.SelectMany(client => Of(client, known, answer.Time)).DefaultIfEmpty(
            new Finding(Severity.Ok, Name, $"{answer.Clients.Length} connected, {Follow(answer)}"));

    // Who is behind for a moment is well.
    private static string Follow(ClientsAnswer answer) =>
        answer.Clients.Count(client => client.IsBehind) is > 0 and var some ? $"{some} of them about to take what is new" : "all in sync";

    private static IEnumerable<Finding> Of(ClientEntry client, KnownServices known, DateTimeOffset now)
    {
        foreach (ResourceEntry refused in client.Resources.Where(resource => resource.State == "nacked"))
        {
            yield return new Finding(
                Severity.Fail, Name, $"{client.Id} refused {refused.Name}: {refused.Error}",
                "It goes on with the last rules it took. Change the rule, or update the client.");
        }

        foreach (ResourceEntry withheld in client.Resources.Where(resource => resource.State != "nacked" && resource.Error is not null))
        {
            yield return new Finding(
                Severity.Fail, Name, $"{client.Id} cannot be sent {withheld.Name}: {withheld.Error}",
                "It goes on with what it had. Change the rule.");
        }

        IEnumerable<string> notFound = client.Resources.Where(resource => resource.State == "notFound").Select(resource => resource.Name);
        foreach (string missing in notFound.Distinct())
        {
            yield return new Finding(
                Severity.Warn, Name, $"{client.Id} asks for {missing}, which the mesh does not have",
                Namesake(client, missing, known) is { } namesake ? $"{namesake} exists: is the client's namespace right?"
                    : "Apply a document for it, or mend the name that the client calls.");
        }

        if (client.BehindSince is { } since && now - since > s_patience)
        {
            int stale = client.Count("stale");
            yield return new Finding(
                Severity.Warn, Name,
                $"{client.Id} is left behind since {Times.Format(since)}: it does not answer to what it was sent of {stale} {(stale == 1 ? "resource" : "resources")}",
                $"It may hang, or the network hold its answers back: restart it if its log says nothing. `mesh proxies NAME` tells which they are.");
        }

        foreach (GapEntry gap in client.Gaps)
        {
            yield return new Finding(
                Severity.Warn, Name, gap.IsOfService ? $"{client.Id} cannot honour {gap.Service}: {gap.Message}" : $"{client.Id}: {gap.Message}",
                gap.IsOfService ? "Update the client, or do without the rule." : null);
        }
    }

    // Who names no namespace, or the wrong one, looks for everybody in it.
    private static ServiceName? Namesake(ClientEntry client, string resource, KnownServices known)
    {
        string own = client.Namespace ?? ServiceIdentity.DefaultNamespace;
        string service = XdsNames.Parse(XdsNames.ClusterOf(resource)).Service;
        ServiceName asked = ServiceName.OfHost(Authority.Parse(service).ServiceName(own), own);
        return asked.Namespace == own ? known.Namesake(asked) : null;
    }
}
