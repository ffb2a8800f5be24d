using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>
/// Logs where the application does. Of the framework's own lines only warnings and worse: what it tells of each request and of its start
/// would pass for the application's.
/// </summary>
internal sealed class OuterLoggers(ILoggerFactory outer) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName)
    {
        ILogger logger = outer.CreateLogger(categoryName);
        return categoryName.StartsWith("Microsoft.", StringComparison.Ordinal) || categoryName.StartsWith("Grpc.", StringComparison.Ordinal)
            ? new QuietLogger(logger) : logger;
    }

    public void AddProvider(ILoggerProvider provider) => outer.AddProvider(provider);

    public void Dispose()
    {
        // It is the application's.
    }

    private sealed class QuietLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
