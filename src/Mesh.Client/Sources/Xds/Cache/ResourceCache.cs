using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Sources.Xds.Cache;

/// <summary>Keeps what config servers have said on disk, a moment after it has changed. Whatever is wrong with the disk, the mesh goes on.</summary>
internal sealed class ResourceCache : IDisposable
{
    /// <summary>What changes within this time is written once.</summary>
    public static readonly TimeSpan WriteAfter = TimeSpan.FromSeconds(1);

    // A file is written whole, and one of a large mesh takes its time: a hundredth of all time, but what is new does not wait for ever.
    private const int PausePerCost = 100;
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    // No write takes as long.
    private static readonly TimeSpan s_leftAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly string _contentRoot;
    private readonly TimeProvider _time;
    private readonly ILogger<ResourceCache> _logger;
    private readonly ITimer _timer;
    private (Func<CacheContent?> Content, Action<CacheContent> OnKept)? _pending;
    private TimeSpan _pause = WriteAfter;
    private string _refused = "";

    public ResourceCache(string contentRoot, TimeProvider time, ILogger<ResourceCache> logger)
    {
        _contentRoot = contentRoot;
        _time = time;
        _logger = logger;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static state => ((ResourceCache)state!).Write(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Null: there is none, or none that can be used.</summary>
    public CacheContent? Load(XdsTarget target)
    {
        if (FolderOf(target) is not { } folder)
        {
            return null;
        }

        string file = folder.PathOf(target.Identity);
        try
        {
            folder.RemoveLeftovers(target.Identity, _time.GetUtcNow() - s_leftAfter);
            if (Read(folder, target) is not { } content)
            {
                return null;
            }

            Guarded.Log(() => _logger.CacheRead(content.Resources.Count, file, content.State?.ToString() ?? "an unknown state"));
            return content;
        }
        catch (Exception failure) when (failure is CacheException or IOException or UnauthorizedAccessException)
        {
            Refuse(file, failure);
            return null;
        }
    }

    /// <summary>Has something to be kept, before long.</summary>
    /// <param name="content">Asked for it then; null: nothing.</param>
    /// <param name="onKept">Called once it is on disk.</param>
    public void Keep(Func<CacheContent?> content, Action<CacheContent> onKept)
    {
        lock (_gate)
        {
            if (_pending is null)
            {
                _timer.Change(_pause, Timeout.InfiniteTimeSpan);
            }

            _pending = (content, onKept);
        }
    }

    /// <summary>What was to be written is written now.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Write();
    }

    // On a timer's thread, where an exception would end the process.
    private void Write()
    {
        // One at a time: the later has all that the earlier had.
        lock (_writing)
        {
            (Func<CacheContent?> Content, Action<CacheContent> OnKept)? pending;
            lock (_gate)
            {
                pending = _pending;
                _pending = null;
            }

            if (pending is not { } some)
            {
                return;
            }

            long start = _time.GetTimestamp();
            try
            {
                if (some.Content() is { } content && TryWrite(content))
                {
                    some.OnKept(content);
                }
            }
            catch (Exception unforeseen)
            {
                Tell(unforeseen, () => _logger.CacheFailed(unforeseen));
            }

            TimeSpan pause = _time.GetElapsedTime(start) * PausePerCost;
            lock (_gate)
            {
                _pause = pause < WriteAfter ? WriteAfter : pause > s_longestPause ? s_longestPause : pause;
            }
        }
    }

    private bool TryWrite(CacheContent content)
    {
        if (FolderOf(content.Target) is not { } folder)
        {
            return false;
        }

        try
        {
            CacheContent merged = content.Over(FormerOf(folder, content.Target));
            folder.Write(content.Target.Identity, file => CacheFormat.Write(merged, file));
            _refused = "";
            return true;
        }
        catch (Exception failure) when (failure is CacheException or IOException or UnauthorizedAccessException)
        {
            Refuse(folder.PathOf(content.Target.Identity), failure);
            return false;
        }
    }

    private static CacheContent? Read(CacheFolder folder, XdsTarget target) =>
        folder.Read(target.Identity) is { } bytes ? CacheFormat.Read(bytes, target) : null;

    private static CacheContent? FormerOf(CacheFolder folder, XdsTarget target)
    {
        try
        {
            return Read(folder, target);
        }
        catch (CacheException)
        {
            // One that is of no use was told of at the start, and is replaced. One that is not safe is told of by the write.
            return null;
        }
    }

    private void Refuse(string file, Exception failure) => Tell(failure, () => _logger.CacheNotUsed(file, failure.Message));

    // Once, until it is another reason or works again.
    private void Tell(Exception failure, Action log)
    {
        if (_refused != failure.Message)
        {
            _refused = failure.Message;
            Guarded.Log(log);
        }
    }

    private CacheFolder? FolderOf(XdsTarget target) =>
        target.CacheDirectory is { } directory ? new CacheFolder(Path.GetFullPath(Path.Combine(_contentRoot, directory))) : null;
}
