using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mesh.Soak.Crash;

/// <summary>How often each event was logged.</summary>
internal sealed class EventCounts : ILoggerProvider, ILogger
{
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public int Count(string name) => _counts.GetValueOrDefault(name);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _counts.AddOrUpdate(eventId.Name ?? "", 1, (_, count) => count + 1);

    public void Dispose()
    {
    }
}
