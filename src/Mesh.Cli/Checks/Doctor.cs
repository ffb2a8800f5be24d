using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Checks;

/// <summary>Looks at a running mesh, from the server to its rules, in that order.</summary>
internal sealed class Doctor(MeshApi api)
{
    /// <summary>What was found so far stands, whatever the server answers next.</summary>
    /// <exception cref="ToolException">The server cannot be reached or does not answer as one.</exception>
    public async Task ExamineAsync(List<Finding> findings, CancellationToken cancellationToken)
    {
        StatusAnswer status = await api.GetAsync<StatusAnswer>("api/v1/status", cancellationToken).ConfigureAwait(false);
        findings.Add(new Finding(
            Severity.Ok, "server", $"{api.Url} answers, generation {status.Generation}{(status.ReadOnly ? ", read-only" : "")}"));
        findings.AddRange(Files(status));
        findings.Add(await ReadinessAsync(cancellationToken).ConfigureAwait(false));
        findings.Add(VersionChecks.OfTool(ConfigServer.Rest.ServerFacts.Version, status.Version));
        findings.Add(Xds(status));
        EndpointsAnswer endpoints = await EndpointsAnswer.AskAsync(api, null, cancellationToken).ConfigureAwait(false);
        findings.AddRange(EndpointChecks.Of(endpoints));
        ClientsAnswer clients = await api.GetAsync<ClientsAnswer>("api/v1/clients", cancellationToken).ConfigureAwait(false);
        findings.AddRange(ClientChecks.Of(clients, endpoints.Known));
        findings.AddRange(VersionChecks.OfLibraries(status.Version, clients, endpoints));
        DocumentsAnswer mesh = await api.GetAsync<DocumentsAnswer>("api/v1/documents", cancellationToken).ConfigureAwait(false);
        findings.AddRange(await RulesAsync(status, mesh, endpoints, cancellationToken).ConfigureAwait(false));
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

    // The server's own check of all that is in force, as if it were to be applied.
    private async Task<IEnumerable<Finding>> RulesAsync(
        StatusAnswer status, DocumentsAnswer mesh, EndpointsAnswer endpoints, CancellationToken cancellationToken)
    {
        if (mesh.Documents.Count == 0 && !endpoints.Services.IsEmpty)
        {
            return [new Finding(Severity.Ok, "rules", "the mesh has no documents: the defaults hold for all services")];
        }

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
            StoredService[] documents = [.. mesh.All.Where(document => $"{document["kind"]}" == DocumentKey.Service).Select(StoredService.Of)];
            TargetCheck targets = new(documents, endpoints);
            return answer.Warnings.Where(warning => !IsLookedAt(warning)).Select(warning => Of(status, Severity.Warn, warning))
                .Concat(documents.SelectMany(document => targets.Of(document)).Select(lost => Of(status, lost)))
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

    private static Finding Of(StatusAnswer status, LostTarget lost) =>
        Of(status, lost.Severity, lost.Warning) is var finding && status.ReadOnly ? finding : finding with { Remedy = lost.Remedy };

    // By those who are called: that a document names none, or a target that it does not know.
    private static bool IsLookedAt(MeshFault warning) => warning.Path == "endpoints" || LostTarget.IsOfTarget(warning);

    private static string GetOf(string document) =>
        document.Split(' ') is ["Service", var name] ? $"mesh get service {name}" : "mesh get mesh-settings";
}
