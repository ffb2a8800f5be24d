using System.Net;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.Rest;

[Collection(Alone.Name)]
public class TemporaryFolderTests
{
    private static readonly string[] s_variables = ["TMPDIR", "TMP"];

    [Fact]
    public async Task Without_a_temporary_folder_there_is_no_backup_and_the_answer_says_what_to_do()
    {
        await using TestServer server = await TestServer.StartAsync();
        string[] before = [.. s_variables.Select(variable => Environment.GetEnvironmentVariable(variable) ?? "")];
        string nowhere = Path.Combine(server.Folder, "nowhere");
        Answer[] answers;
        try
        {
            Array.ForEach(s_variables, variable => Environment.SetEnvironmentVariable(variable, nowhere));
            answers =
            [
                await server.Send("GET", "/api/v1/backup"),
                await server.Send("POST", "/api/v1/restore", "x", ("Content-Type", "application/octet-stream")),
            ];
        }
        finally
        {
            foreach ((string variable, string value) in s_variables.Zip(before))
            {
                Environment.SetEnvironmentVariable(variable, value);
            }
        }

        Assert.All(answers, answer =>
        {
            answer.IsProblem(HttpStatusCode.ServiceUnavailable, nowhere);
            answer.IsProblem(HttpStatusCode.ServiceUnavailable, "TMPDIR");
        });
        Assert.Equal(2, server.Log.GetSnapshot().Count(line => line.Id.Id == 150));
    }
}
