using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A log that throws when it is told of these events, while it is said to.</summary>
internal sealed class ThrowingLog(params string[] events) : ILoggerProvider, ILogger
{
    public bool Throws { get; set; }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (Throws && events.Contains(eventId.Name))
        {
            throw new InvalidOperationException("The disk is full.");
        }
    }

    public void Dispose()
    {
    }
}
