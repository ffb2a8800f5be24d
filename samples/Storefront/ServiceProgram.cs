namespace Storefront;

/// <summary>What runs in a process.</summary>
internal sealed record ServiceProgram
{
    private const string ListeningPrefix = "Now listening on: http://";
    private const string RegisteredPrefix = "Registered as '";

    /// <summary>For people: <c>catalog v1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its project.</summary>
    public required string Project { get; init; }

    /// <summary>The version that it says it is; null: none.</summary>
    public string? Version { get; init; }

    /// <summary>What the mesh calls it.</summary>
    public string MeshName => Project.ToLowerInvariant();

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Where it runs. A service finds its <c>appsettings.json</c> there.</summary>
    public required string Directory { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Finds host and port in a line of its output; null: they are not in it.</summary>
    public required Func<string, string?> AddressIn { get; init; }

    /// <param name="project">Its folder and program.</param>
    /// <param name="version">The version that it says it is, if any.</param>
    /// <param name="directory">Where it finds its <c>appsettings.json</c>, which it watches.</param>
    /// <param name="settings">What it is told besides, as environment variables.</param>
    public static ServiceProgram Service(string project, string? version, string directory, IEnumerable<KeyValuePair<string, string>> settings) => new()
    {
        Name = $"{project.ToLowerInvariant()}{(version is null ? "" : $" {version}")}",
        Project = project,
        Version = version,
        Directory = directory,
        Environment = new Dictionary<string, string>(version is null ? settings : settings.Append(new("Mesh__Service__Version", version)))
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",

            // How far it is is read from the log, whatever the user likes logs to look like.
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            ["Logging__LogLevel__Mesh.Client.AspNetCore"] = "Information",
            ["Logging__Console__FormatterName"] = "simple",
        },
        AddressIn = line => After(ListeningPrefix, line),
    };

    /// <summary>Whether a line of its output says that it has registered with the config server.</summary>
    public static bool IsRegistered(string line) => line.Contains(RegisteredPrefix, StringComparison.Ordinal);

    /// <summary>What follows a text in a line; null where the text is not in it.</summary>
    public static string? After(string text, string line)
    {
        int start = line.IndexOf(text, StringComparison.Ordinal);
        return start < 0 ? null : line[(start + text.Length)..];
    }
}
