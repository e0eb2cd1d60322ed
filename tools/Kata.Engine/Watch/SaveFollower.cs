using System.Threading.Channels;

namespace Kata.Engine.Watch;

/// <summary>
/// Tells when an answer may have been saved. Events of the file system are the fast way; because mounted drives
/// and containers often deliver none, and a burst may overflow the queue, polling runs beside them: the file that
/// is followed closely by its content, all others by their stamps. So no save is missed, whatever the file system.
/// </summary>
public sealed class SaveFollower : IDisposable
{
    private static readonly TimeSpan CloseLook = TimeSpan.FromMilliseconds(200);
    private const int LooksPerRound = 10;

    private readonly Channel<string> saves = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource stopping = new();
    private readonly FileSystemWatcher? events;
    private readonly string folder;
    private readonly Task polling;
    private volatile string close;

    /// <summary>Starts to follow.</summary>
    /// <param name="folder">The tree of answers.</param>
    /// <param name="close">The file to look at most closely.</param>
    /// <param name="useEvents">False where the file system is known to deliver none.</param>
    public SaveFollower(string folder, string close, bool useEvents = true)
    {
        this.folder = folder;
        this.close = close;
        events = useEvents ? Watch() : null;
        polling = Task.Run(PollAsync);
    }

    /// <summary>Full paths of files that may have been saved; the same file may come more than once for one save.</summary>
    public ChannelReader<string> Saves => saves.Reader;

    /// <summary>Looks at another file most closely.</summary>
    public void Follow(string file) => close = file;

    /// <inheritdoc />
    public void Dispose()
    {
        events?.Dispose();
        stopping.Cancel();
        polling.Wait();
        stopping.Dispose();
        saves.Writer.TryComplete();
    }

    private FileSystemWatcher? Watch()
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder, "*.cs")
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.Size | NotifyFilters.CreationTime,
            };
            watcher.Changed += (_, change) => saves.Writer.TryWrite(change.FullPath);
            watcher.Created += (_, change) => saves.Writer.TryWrite(change.FullPath);
            watcher.Renamed += (_, change) => saves.Writer.TryWrite(change.FullPath);
            watcher.Deleted += (_, change) => saves.Writer.TryWrite(change.FullPath);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or PlatformNotSupportedException)
        {
            // For example: no more watches allowed on this machine. Polling alone serves as well, a little later.
            watcher?.Dispose();
            return null;
        }
    }

    private async Task PollAsync()
    {
        var (file, content) = (close, AnswerContent.Read(close));
        var stamps = Stamps();
        using var timer = new PeriodicTimer(CloseLook);
        for (var look = 1; await NextAsync(timer); look++)
        {
            var (nowFile, now) = (close, AnswerContent.Read(close));
            if (nowFile == file && now != content)
            {
                saves.Writer.TryWrite(nowFile);
            }

            (file, content) = (nowFile, now);
            if (look % LooksPerRound == 0)
            {
                var nowStamps = Stamps();
                foreach (var (path, _) in nowStamps.Except(stamps))
                {
                    saves.Writer.TryWrite(path);
                }

                stamps = nowStamps;
            }
        }
    }

    private async Task<bool> NextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private HashSet<(string Path, (DateTime, long) Stamp)> Stamps()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return [.. new DirectoryInfo(folder).EnumerateFiles("*.cs", options)
            .Select(file => (file.FullName, (file.LastWriteTimeUtc, file.Length)))];
    }
}
