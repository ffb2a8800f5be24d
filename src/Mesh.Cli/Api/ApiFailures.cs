using System.Globalization;
using System.Net;
using Mesh.ConfigServer.Documents;
using Mesh.Model.Documents;

namespace Mesh.Cli.Api;

/// <summary>What is said when the config server does not do what it is asked for.</summary>
/// <param name="url">Where it is.</param>
internal sealed class ApiFailures(string url)
{
    // Of the two, one is easily taken for the other.
    private const string Ports =
        "Is it the xDS port, which clients follow (15010 unless said otherwise)? "
        + "This tool asks the REST port (15080 unless said otherwise). `mesh server` writes both when it starts.";

    /// <summary>More than a request may hold.</summary>
    public static ToolException TooLong(int bytes)
    {
        const int Megabyte = 1024 * 1024;
        string length = ((double)bytes / Megabyte).ToString("0.0", CultureInfo.InvariantCulture);
        return new ToolException(
            ExitCode.Failed,
            $"These are {length} MB of documents, and the server takes {DocumentReader.LongestText / Megabyte} MB at a time. "
            + "Give them in several parts.");
    }

    /// <summary>The server's own words.</summary>
    public static RefusedException Refused(HttpStatusCode status, ProblemAnswer problem) => new(
        status switch
        {
            HttpStatusCode.NotFound => ExitCode.NotFound,
            HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => ExitCode.Conflict,
            _ => ExitCode.Failed,
        },
        Wording.Printable(problem.Detail ?? problem.Title ?? $"The server answered {(int)status}.")
            + (status is HttpStatusCode.Unauthorized ? " This tool sends the one that --token-file or MESH_TOKEN gives." : ""),
        problem.Faults ?? []);

    /// <summary>A refusal that is not in the words of a config server.</summary>
    public ToolException Foreign(HttpStatusCode status, string text) => new(
        ExitCode.Failed,
        text.Contains("HTTP/2", StringComparison.Ordinal) ? $"{url} speaks HTTP/2 only. {Ports}"
        : $"{url} answers {(int)status} and is probably no config server. Give its address with --server.");

    /// <summary>An answer that is not one of a config server.</summary>
    public ToolException NotUnderstood(Exception exception) => new(
        ExitCode.Failed,
        $"{url} answers what this tool does not understand, and is probably no config server. Give its address with --server.",
        exception);

    /// <summary>There is no answer.</summary>
    public ToolException NotAnswered(HttpRequestException exception) => new(
        ExitCode.Unreachable,
        exception.HttpRequestError switch
        {
            HttpRequestError.InvalidResponse => $"What answers at {url} does not speak HTTP/1.1. {Ports}",
            HttpRequestError.SecureConnectionError => $"{url} does not prove by TLS that it is the config server that is meant, or speaks no TLS. "
                + "--server-ca names whom to trust.",
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError =>
                $"No config server answers at {url}. Start one with `mesh server`, or give --server.",
            _ => $"The connection to {url} broke off before the config server answered; it may have done what was asked. "
                + "Its log may tell why.",
        } + $" ({exception.Message})",
        exception);

    /// <summary>There is no answer yet.</summary>
    public ToolException Late(Exception exception) => new(
        ExitCode.Unreachable,
        $"The config server at {url} did not answer in time; it may have done what was asked. Is it the right one? --server names another.",
        exception);

    /// <summary>There is half of an answer.</summary>
    public ToolException BrokenOff(IOException exception) => new(
        ExitCode.Unreachable,
        $"The config server at {url} went away while it answered. Its log may tell why. ({exception.Message})",
        exception);
}
