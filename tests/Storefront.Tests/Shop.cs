using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Storefront.Tests;

/// <summary>The launcher in a process of its own, as a user starts it, read line by line.</summary>
internal sealed partial class Shop : IAsyncDisposable
{
    /// <summary>Far above what a run takes, for a machine that is busy with other things.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(45);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Process _process;
    private readonly CancellationTokenSource _deadline;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private Shop(Process process)
    {
        _process = process;
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _deadline.CancelAfter(s_limit);
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that was read so far.</summary>
    public List<string> Output { get; } = [];

    /// <summary>Ids of the service processes, by name such as <c>catalog v1</c>.</summary>
    public ILookup<string, int> Services { get; private set; } = Array.Empty<int>().ToLookup(_ => "");

    /// <summary>Addresses of the service processes, by name.</summary>
    private ILookup<string, Uri> Addresses { get; set; } = Array.Empty<Uri>().ToLookup(_ => "");

    /// <summary>Starts the launcher in a folder that has nothing to do with it.</summary>
    public static Shop Start(params string[] args) => StartWith([], args);

    /// <summary>As <see cref="Start"/>, with environment variables as a user may have them.</summary>
    public static Shop StartWith(IEnumerable<KeyValuePair<string, string>> environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Options).Assembly.Location, .. args])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Shop(Process.Start(start)!);
    }

    /// <summary>Starts it and waits until all services listen.</summary>
    public static async Task<Shop> OpenAsync(params string[] args)
    {
        Shop shop = Start(args);
        await shop.ReadUntilAsync(line => line.Contains("Try ", StringComparison.Ordinal));
        Match[] services = [.. shop.Output.Select(line => ServiceLine().Match(line)).Where(match => match.Success)];
        shop.Services = services.ToLookup(
            match => match.Groups["name"].Value,
            match => int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture));
        shop.Addresses = services.ToLookup(match => match.Groups["name"].Value, match => new Uri(match.Groups["address"].Value));
        shop._http.BaseAddress = shop.Addresses["web"].Single();
        return shop;
    }

    public async Task<string> ReadUntilAsync(Predicate<string> wanted)
    {
        try
        {
            await foreach (string line in _lines.Reader.ReadAllAsync(_deadline.Token))
            {
                Output.Add(line);
                if (wanted(line))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The line did not come:\n{string.Join('\n', Output)}");
        }

        throw new InvalidOperationException($"The launcher ended before the line came:\n{string.Join('\n', Output)}");
    }

    /// <summary>Calls <c>web</c> as a customer does, and returns the version of the catalog that had part in the answer.</summary>
    public async Task<string?> AskAsync()
    {
        JsonElement item = await _http.GetFromJsonAsync<JsonElement>("/items/1", _deadline.Token);
        return item.GetProperty("catalog").GetString();
    }

    /// <summary>Has <c>web</c> ask <c>reviews</c>, and returns what it was told.</summary>
    public async Task<(int Status, string Body)> AskReviewsAsync()
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri("/reviews/1", UriKind.Relative), _deadline.Token);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(_deadline.Token));
    }

    /// <summary>Whether a service answers who calls it in plain text.</summary>
    public async Task<bool> IsReachedAsync(string service)
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri(Addresses[service].First(), "/items/1"), _deadline.Token);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Runs the tool <c>mesh</c> against the shop's config server, as in another terminal.</summary>
    public async Task<(int ExitCode, string Said)> MeshAsync(params string[] args)
    {
        string server = Output.Select(line => ConfigServerLine().Match(line)).First(match => match.Success).Groups["address"].Value;
        using Process mesh = Process.Start(new ProcessStartInfo("dotnet", [Checkout.ProgramOf("mesh"), .. args, "--server", server])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string[] said = await Task.WhenAll(mesh.StandardOutput.ReadToEndAsync(_deadline.Token), mesh.StandardError.ReadToEndAsync(_deadline.Token));
        await mesh.WaitForExitAsync(_deadline.Token);
        return (mesh.ExitCode, string.Concat(said));
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public Task TerminateAsync() => TerminateAsync(_process.Id);

    /// <summary>Asks one of the services to end.</summary>
    public async Task TerminateAsync(int process)
    {
        using Process kill = Process.Start("kill", ["-TERM", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(_deadline.Token);
    }

    /// <summary>Ends it without a chance to clean up.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits until it ends by itself, and reads what it had to say.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(_deadline.Token);
        _lines.Writer.TryComplete();
        await foreach (string line in _lines.Reader.ReadAllAsync(_deadline.Token))
        {
            Output.Add(line);
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until none of its services runs any more.</summary>
    public async Task ServicesGoneAsync()
    {
        while (Services.SelectMany(ids => ids).Any(Processes.IsRunning))
        {
            await Task.Delay(20, _deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _deadline.Dispose();
        _http.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Writer.TryWrite(line);
        }
    }

    [GeneratedRegex(@"^config server \(process [0-9]+\) +(?<address>http://\S+)$")]
    private static partial Regex ConfigServerLine();

    [GeneratedRegex(@"^(?<name>[a-z]+( v[0-9]| server)?) \(process (?<id>[0-9]+)\) +(?<address>http://\S+)$")]
    private static partial Regex ServiceLine();
}
