using System.Net;
using System.Text.Json;

namespace Mesh.ConfigServer.Tests.Hosting;

/// <summary>What the server answered.</summary>
internal sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public static async Task<Answer> Of(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string ETag => Headers["ETag"];

    public long Generation => long.Parse(Headers["Mesh-Generation"], System.Globalization.CultureInfo.InvariantCulture);

    public string Version => $"{Headers["Mesh-Epoch"]}.{Headers["Mesh-Generation"]}";

    /// <summary>The answer is this problem, in whole.</summary>
    public JsonElement IsProblem(HttpStatusCode status, string inDetail)
    {
        Assert.True(Status == status, $"{(int)Status}: {Text}");
        Assert.Equal("application/problem+json", Headers["Content-Type"]);
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Json.GetProperty("type").GetString()!);
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.Contains(inDetail, Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("Mesh-Epoch", Headers.Keys);
        return Json.GetProperty("faults");
    }

    /// <summary>The answer is good.</summary>
    public Answer IsOk()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{(int)Status}: {Text}");
        return this;
    }
}
