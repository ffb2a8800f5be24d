using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.Cli.Checks;

/// <summary>Looks at a running mesh, from the server to its rules.</summary>
internal sealed class Doctor(MeshApi api)
{
    // As far apart as client and server are made to understand each other.
    private const int MinorsApart = 2;

    /// <summary>What was found so far stands, whatever the server answers next.</summary>
    /// <exception cref="ToolException">The server cannot be reached or does not answer as one.</exception>
    public async Task ExamineAsync(List<Finding> findings, CancellationToken cancellationToken)
    {
        StatusAnswer status = await api.GetAsync<StatusAnswer>("api/v1/status", cancellationToken).ConfigureAwait(false);
        findings.Add(new Finding(
            Severity.Ok, "server", $"{api.Url} answers, generation {status.Generation}{(status.ReadOnly ? ", read-only" : "")}"));
        findings.AddRange(Files(status));
        findings.Add(await ReadinessAsync(cancellationToken).ConfigureAwait(false));
        findings.Add(Versions(status.Version));
        findings.Add(Xds(status));
        DocumentsAnswer mesh = await api.GetAsync<DocumentsAnswer>("api/v1/documents", cancellationToken).ConfigureAwait(false);
        KnownServices known = KnownServices.Of(mesh.All.Where(document => $"{document["kind"]}" == DocumentKey.Service));
        findings.AddRange(await ClientsAsync(known, cancellationToken).ConfigureAwait(false));
        findings.AddRange(await RulesAsync(status, mesh, cancellationToken).ConfigureAwait(false));
    }

    private static Finding Xds(StatusAnswer status) => status.Xds is null
        ? new Finding(
            Severity.Warn, "xds", "the server streams no rules to clients without TLS",
            "Start it with --dev on a developer's machine, or with --insecure-xds where the network is safe; --xds names the address.")
        : new Finding(Severity.Ok, "xds", $"served at {status.Xds}");

    private static IEnumerable<Finding> Files(StatusAnswer status) => (status.Refused?.Faults ?? []).Select(fault => new Finding(
        Severity.Fail, "files", $"{fault}",
        $"Mend what is wrong in {status.Store}: since {Times.Format(status.Refused!.Since)} its changes are refused, "
        + "and older documents are in force."));

    private async Task<Finding> ReadinessAsync(CancellationToken cancellationToken)
    {
        try
        {
            await api.GetAsync("readyz", "*/*", cancellationToken).ConfigureAwait(false);
            return new Finding(Severity.Ok, "readiness", "ready");
        }
        catch (ToolException exception) when (exception.ExitCode != ExitCode.Unreachable)
        {
            return new Finding(
                Severity.Fail, "readiness", "the server says that it is not ready",
                "Its log tells why; it may be stopping, or its store cannot be written.");
        }
    }

    private static Finding Versions(string server)
    {
        string text = $"tool {ConfigServer.Rest.ServerFacts.Version}, server {server}";
        return Parse(ConfigServer.Rest.ServerFacts.Version) is { } mine && Parse(server) is { } its
            && mine.Major == its.Major && Math.Abs(mine.Minor - its.Minor) <= MinorsApart
            ? new Finding(Severity.Ok, "versions", text)
            : new Finding(
                Severity.Fail, "versions", text, $"They understand each other within {MinorsApart} minor versions. Update the older one.");
    }

    private static Version? Parse(string text) => Version.TryParse(text.Split('-', '+')[0], out Version? version) ? version : null;

    private async Task<IEnumerable<Finding>> ClientsAsync(KnownServices known, CancellationToken cancellationToken)
    {
        ClientsAnswer answer = await api.GetAsync<ClientsAnswer>("api/v1/clients", cancellationToken).ConfigureAwait(false);
        return answer.Clients.IsEmpty
            ? [new Finding(Severity.Ok, "clients", "none is connected")]
            : answer.Clients.SelectMany(client => Examine(client, known)).DefaultIfEmpty(
                new Finding(Severity.Ok, "clients", $"{answer.Clients.Length} connected, all in sync"));
    }

    private static IEnumerable<Finding> Examine(ClientEntry client, KnownServices known)
    {
        foreach (ResourceEntry refused in client.Resources.Where(resource => resource.State == "nacked"))
        {
            yield return new Finding(
                Severity.Fail, "clients", $"{client.Id} refused {refused.Name}: {refused.Error}",
                "It goes on with the last rules it took. Change the rule, or update the client.");
        }

        foreach (ResourceEntry withheld in client.Resources.Where(resource => resource.State != "nacked" && resource.Error is not null))
        {
            yield return new Finding(
                Severity.Fail, "clients", $"{client.Id} cannot be sent {withheld.Name}: {withheld.Error}",
                "It goes on with what it had. Change the rule.");
        }

        IEnumerable<string> notFound = client.Resources.Where(resource => resource.State == "notFound").Select(resource => resource.Name);
        foreach (string missing in notFound.Distinct())
        {
            yield return new Finding(
                Severity.Warn, "clients", $"{client.Id} asks for {missing}, which the mesh does not have",
                Namesake(client, missing, known) is { } namesake ? $"{namesake} exists: is the client's namespace right?"
                    : "Apply a document for it, or mend the name that the client calls.");
        }

        if (client.Count("stale") is > 0 and var stale)
        {
            yield return new Finding(
                Severity.Warn, "clients", $"{client.Id} has not confirmed {stale} of its resources yet",
                $"Look again in a moment; `mesh proxies NAME` tells which.");
        }

        foreach (GapEntry gap in client.Gaps)
        {
            yield return new Finding(
                Severity.Warn, "clients",
                gap.IsOfService ? $"{client.Id} cannot honour {gap.Service}: {gap.Message}" : $"{client.Id}: {gap.Message}",
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

    // The server's own check of all that is in force, as if it were to be applied.
    private async Task<IEnumerable<Finding>> RulesAsync(StatusAnswer status, DocumentsAnswer mesh, CancellationToken cancellationToken)
    {
        if (mesh.Documents.Count == 0)
        {
            return [new Finding(
                Severity.Warn, "rules", "the mesh has no documents",
                status.ReadOnly ? $"Put files of documents into {status.Store}." : "`mesh apply -f FOLDER` gives it some.")];
        }

        try
        {
            WriteAnswer answer = await api.SendAsync<WriteAnswer>(
                HttpMethod.Post, "api/v1/validate", mesh.Documents.ToJsonString(), cancellationToken).ConfigureAwait(false);
            return answer.Warnings.Select(warning => Of(status, Severity.Warn, warning))
                .DefaultIfEmpty(new Finding(Severity.Ok, "rules", "nothing to complain of"));
        }
        catch (RefusedException refusal)
        {
            return refusal.Faults.Select(fault => Of(status, Severity.Fail, fault)).DefaultIfEmpty(
                new Finding(Severity.Fail, "rules", refusal.Message));
        }
        catch (ToolException exception) when (exception.ExitCode == ExitCode.Failed)
        {
            return [new Finding(Severity.Fail, "rules", $"they cannot be checked: {exception.Message}")];
        }
    }

    private static Finding Of(StatusAnswer status, Severity severity, MeshFault fault) => new(
        severity, "rules", $"{fault with { Line = null }}",
        status.ReadOnly ? $"Change the document's file in {status.Store}."
            : $"`{GetOf(fault.Document)} > edit.yaml`, change it, `mesh apply -f edit.yaml`.");

    private static string GetOf(string document) =>
        document.Split(' ') is ["Service", var name] ? $"mesh get service {name}" : "mesh get mesh-settings";
}
