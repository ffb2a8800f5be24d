using System.Reflection;
using System.Text.RegularExpressions;
using Mesh.Client.Telemetry;
using Mesh.Model.Tests;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Documentation;

/// <summary>Every line that the mesh may log is explained, and nobody is told to look for another.</summary>
public sealed partial class LogEventTests
{
    private static readonly LoggerMessageAttribute[] s_events =
    [
        .. typeof(MeshLog).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().OrderBy(row => row.EventId),
    ];

    [Fact]
    public void The_table_of_events_has_each_with_its_id_its_name_and_its_level() => Assert.Equal(
        s_events.Select(row => $"| {row.EventId} | {row.EventName} | {WordOf(row.Level)} |"),
        Row().Matches(Read("telemetry.md")).Select(match => match.Value));

    [Fact]
    public void The_page_for_3_am_has_each() => Assert.Equal(
        s_events.Select(row => $"{row.EventId} {row.EventName}"),
        Name().Matches(Read("at-3-am.md")).Select(match => match.Value.Trim('`')).Distinct().OrderBy(name => int.Parse(name.Split(' ')[0])));

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, "docs", page));

    private static string WordOf(LogLevel level) => level.ToString().ToLowerInvariant();

    [GeneratedRegex(@"^\| \d+ \| \w+ \| \w+ \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`\d+ [A-Z]\w+`")]
    private static partial Regex Name();
}
