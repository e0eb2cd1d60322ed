using System.Collections.Concurrent;

namespace Kata.Engine.Watch;

/// <summary>
/// Tells when an answer may have been saved. Events of the file system are the fast way; because mounted drives
/// and containers often deliver none, and a burst may overflow the queue, polling runs beside them: the file that
/// is followed closely by its content, all others by their stamps. So no save is missed, whatever the file system.
/// </summary>
public sealed class SaveFollower : IDisposable
{
    private static readonly TimeSpan CloseLook = TimeSpan.FromMilliseconds(200);
    private const int LooksPerRound = 5;

    private readonly string folder;
    private readonly Action<string> saved;
    private readonly ConcurrentDictionary<string, (DateTime, long)> stamps = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly FileSystemWatcher? events;
    private readonly Task polling;
    private volatile Look close;

    /// <summary>Starts to follow.</summary>
    /// <param name="folder">The tree of answers.</param>
    /// <param name="close">The file to look at most closely.</param>
    /// <param name="saved">
    /// Is told the full path of each file that may have been saved, on any thread; of the same save more than once.
    /// </param>
    /// <param name="useEvents">False where the file system is known to deliver none.</param>
    public SaveFollower(string folder, string close, Action<string> saved, bool useEvents = true)
    {
        this.folder = folder;
        this.close = Look.At(close);
        this.saved = saved;
        foreach (var (path, stamp) in Stamps())
        {
            stamps[path] = stamp;
        }

        events = useEvents ? Watch() : null;
        polling = Task.Run(PollAsync);
    }

    /// <summary>Looks at another file most closely. Every save after this call is told.</summary>
    public void Follow(string file)
    {
        if (close.File != file)
        {
            close = Look.At(file);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        events?.Dispose();
        stopping.Cancel();
        polling.Wait();
        stopping.Dispose();
    }

    private static (DateTime, long) Stamp(FileInfo file) => (file.LastWriteTimeUtc, file.Length);

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
            watcher.Changed += OnEvent;
            watcher.Created += OnEvent;
            watcher.Renamed += OnEvent;
            watcher.Deleted += OnEvent;
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

    private void OnEvent(object sender, FileSystemEventArgs change)
    {
        saved(change.FullPath);

        // What an event told, polling must not tell again a second later: by then it would be old news.
        NewStamp(change.FullPath);
    }

    private async Task PollAsync()
    {
        using var timer = new PeriodicTimer(CloseLook);
        for (var round = 1; await NextAsync(timer).ConfigureAwait(false); round++)
        {
            var known = close;
            var now = Look.At(known.File);
            if (!now.ShowsTheSameAs(known) && Interlocked.CompareExchange(ref close, now, known) == known)
            {
                NewStamp(now.File);
                saved(now.File);
            }

            if (round % LooksPerRound == 0)
            {
                Stamps().Select(known => known.Path).Where(NewStamp).ToList().ForEach(saved);
            }
        }
    }

    private async Task<bool> NextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Remembers a file's present stamp.</summary>
    /// <returns>Whether it is another than before.</returns>
    private bool NewStamp(string path)
    {
        try
        {
            var stamp = Stamp(new FileInfo(path));
            var isNew = !stamps.TryGetValue(path, out var known) || known != stamp;
            stamps[path] = stamp;
            return isNew;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone: when it comes back, it is new.
            stamps.TryRemove(path, out _);
            return false;
        }
    }

    private List<(string Path, (DateTime, long) Stamp)> Stamps()
    {
        try
        {
            var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
            return [.. new DirectoryInfo(folder).EnumerateFiles("*.cs", options).Select(file => (file.FullName, Stamp(file)))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file or the whole tree went away while it was listed, for example by git: the next round sees what there is.
            return [];
        }
    }

    /// <summary>What a file showed when it was looked at: its content as far as it can be an answer's, its length, or nothing.</summary>
    private sealed record Look(string File, byte[]? Content, long Length)
    {
        public static Look At(string file)
        {
            try
            {
                var length = new FileInfo(file).Length;
                return new Look(file, length <= Compile.AnswerFile.LongestBytes ? System.IO.File.ReadAllBytes(file) : null, length);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new Look(file, null, -1);
            }
        }

        public bool ShowsTheSameAs(Look other) => Length == other.Length && Content.AsSpan().SequenceEqual(other.Content);
    }
}
