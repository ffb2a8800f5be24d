using System.Diagnostics;
using System.Security.Claims;

namespace Storefront.Probe;

/// <summary>Sees who calls this process and is let in, by what each call has proven.</summary>
internal sealed class Callers : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string LinePrefix = "mesh-callers ";
    private const string Ended = "Microsoft.AspNetCore.Hosting.EndRequest";

    private readonly HashSet<string> _seen = [];

    /// <summary>What one is called who has proven nothing.</summary>
    public const string Plain = "plain";

    /// <summary>Those since the last time, in the form in which a service tells its launcher; null: nobody.</summary>
    public string? TakeLine()
    {
        lock (_seen)
        {
            string? line = _seen.Count == 0 ? null : LinePrefix + string.Join(' ', _seen);
            _seen.Clear();
            return line;
        }
    }

    /// <summary>Empty: the line is something else that the service had to say.</summary>
    public static string[] Parse(string line) => line.StartsWith(LinePrefix, StringComparison.Ordinal) ? line[LinePrefix.Length..].Split(' ') : [];

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.AspNetCore")
        {
            value.Subscribe(this, static name => name == Ended);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // The probe knows nothing of ASP.NET Core, which the service brings along.
        object? context = value.Value?.GetType().GetProperty("httpContext")?.GetValue(value.Value);
        if (context?.GetType().GetProperty("User")?.GetValue(context) is ClaimsPrincipal caller && !IsRefused(context))
        {
            lock (_seen)
            {
                _seen.Add(caller.FindFirst("mesh.service")?.Value ?? Plain);
            }
        }
    }

    // Who was not let in is no caller.
    private static bool IsRefused(object context) =>
        context.GetType().GetProperty("Response")?.GetValue(context) is { } response
        && response.GetType().GetProperty("StatusCode")?.GetValue(response) is 403;

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
