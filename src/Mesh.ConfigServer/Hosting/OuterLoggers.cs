using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ConfigServer.Hosting;

/// <summary>
/// Logs where the application does. Of the framework's own lines only warnings and worse: what it tells of each request and of its start
/// would pass for the application's.
/// </summary>
internal sealed class OuterLoggers(ILoggerFactory outer) : ILoggerFactory
{
    // What fails a start or a stop is thrown, too: whoever asked for it tells of it, without the way through the framework.
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    public ILogger CreateLogger(string categoryName)
    {
        if (categoryName == Host)
        {
            return NullLogger.Instance;
        }

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
