using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh ca rotate</c>.</summary>
internal static class RotateCommand
{
    private const string Path = "api/v1/ca/rotation";

    public static Verb Create(Tool tool)
    {
        Option<bool> status = new("--status") { Description = "Changes nothing: how far it is, and who is left behind." };
        Option<bool> abort = new("--abort") { Description = "Back to the root before." };
        Option<bool> retire = new("--retire-now") { Description = "Waits for nobody: whoever does not know the new root needs a new token." };
        Verb verb = new("rotate", "Changes the mesh's root, step by step, while everything goes on.")
        {
            Examples = [("mesh ca rotate", "a new root is told of"), ("mesh ca rotate --status", "who does not know it yet"), ("mesh ca rotate --abort", "back")],
        };
        verb.Validators.Add(result =>
        {
            if (new[] { status, abort, retire }.Count(result.GetValue) > 1)
            {
                result.AddError("--status, --abort and --retire-now exclude each other.");
            }
        });
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            string action = result.GetValue(abort) ? "abort" : result.GetValue(retire) ? "retireNow" : "begin";
            RotationAnswer answer = result.GetValue(status)
                ? await api.GetAsync<RotationAnswer>(Path, cancellationToken).ConfigureAwait(false)
                : await api.SendAsync<RotationAnswer>(
                    HttpMethod.Post, Path, JsonSerializer.Serialize(new { action }, ApiJson.Options), cancellationToken, AuthorHeaders.Of(null)).ConfigureAwait(false);
            tool.Results(result).Write(answer, Show);
            return ExitCode.Ok;
        });
        return verb.With(status, abort, retire);
    }

    private static void Show(IAnsiConsole console, RotationAnswer rotation)
    {
        console.WriteLine($"Issues         {rotation.Signing.Subject}");
        if (rotation.Other is not { } other)
        {
            console.WriteLine("The root is not being changed.");
            return;
        }

        console.WriteLine($"Trusted, too   {other.Subject}");
        console.WriteLine($"Phase          {rotation.Phase}, until {Times.Format(rotation.Until!.Value)} at least");
        int behind = rotation.Behind.Length + rotation.MoreBehind;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Left behind    {behind} of {rotation.Clients}"));
        if (behind > 0)
        {
            Table table = Tables.Of("instance", "identity", "expires", "joined from");
            foreach (MemberEntry member in rotation.Behind)
            {
                table.Add(member.Instance, $"{member.Namespace}/{member.Service}", Times.Format(member.ExpiresAt), member.JoinedFrom);
            }

            console.Write(table);
        }
    }
}
