using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Store;

/// <summary>
/// Tells when the files of a folder have changed and come to rest: at once where the system says so, else at the next look.
/// </summary>
internal sealed class FolderWatch : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);

    // Files are written in pieces, and many of them one after the other.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly FolderFiles _files;
    private readonly Func<bool> _changed;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly FileSystemWatcher? _watcher;
    private string? _known;
    private string _seen;
    private bool _ended;

    /// <param name="files">What is watched.</param>
    /// <param name="known">What they looked like when they were read.</param>
    /// <param name="changed">Called after each change. False: the files could not be read, and it is called again at the next look.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public FolderWatch(FolderFiles files, string known, Func<bool> changed, TimeProvider time, ILogger logger)
    {
        (_files, _known, _seen, _changed, _logger) = (files, known, known, changed, logger);
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(_ => LookSafely(), null, s_look, Timeout.InfiniteTimeSpan);
            _watcher = Watch(logger);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _ended = true;
        }

        _watcher?.Dispose();
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private FileSystemWatcher? Watch(ILogger logger)
    {
        try
        {
            FileSystemWatcher watcher = new(_files.Folder) { IncludeSubdirectories = true, Filters = { "*.yaml", "*.yml", "*.json" } };
            void Hurry(object sender, FileSystemEventArgs change) => _timer.Change(s_settle, Timeout.InfiniteTimeSpan);
            watcher.Changed += Hurry;
            watcher.Created += Hurry;
            watcher.Deleted += Hurry;
            watcher.Renamed += Hurry;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException e)
        {
            // Systems have a limit on watched folders, and file systems over a network none to watch.
            logger.FolderNotWatched(_files.Folder, e);
            return null;
        }
    }

    private void LookSafely()
    {
        try
        {
            Look();
        }
        catch (Exception e)
        {
            // Out of a timer it would end the process.
            _logger.FolderLookFailed(_files.Folder, e);
            LookAgain();
        }
    }

    private void Look()
    {
        bool settled;
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            string look = TryLook();
            settled = look == _seen && look != _known;
            _known = settled ? look : _known;
            _seen = look;
            _timer.Change(look == _known ? s_look : s_settle, Timeout.InfiniteTimeSpan);
        }

        if (settled && !_changed())
        {
            LookAgain();
        }
    }

    private void LookAgain()
    {
        lock (_lock)
        {
            _known = null;
            if (!_ended)
            {
                _timer.Change(s_look, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private string TryLook()
    {
        try
        {
            return _files.Look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A change like any other: reading the files will say the same.
            return e.Message;
        }
    }
}
