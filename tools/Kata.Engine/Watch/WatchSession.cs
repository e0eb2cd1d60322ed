using Kata.Engine.Verdicts;

namespace Kata.Engine.Watch;

/// <summary>
/// Checks a file at each save. The newest content always wins: a newer save cancels the check under way, and a
/// save made meanwhile, also during a hang, is checked next.
/// </summary>
/// <param name="follower">Tells when something may have been saved.</param>
/// <param name="check">Checks the file's present content.</param>
public sealed class WatchSession(SaveFollower follower, Func<string, CancellationToken, Task<Verdict>> check)
{
    /// <summary>How long a file may be missing or empty before that is its content.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim again = new(0);
    private volatile bool repeat;
    private string? current;

    /// <summary>A check begins.</summary>
    public event Action<string>? Checking;

    /// <summary>A check ended, and no newer content is known.</summary>
    public event Action<string, AnswerContent, Verdict>? Checked;

    /// <summary>Another file than the current one was saved; return true to follow it from now on.</summary>
    public Func<string, bool> FollowsTo { get; set; } = _ => false;

    /// <summary>Checks a file now, and at each save from now on. Also repeats the check of unchanged content.</summary>
    public void Check(string file)
    {
        current = file;
        repeat = true;
        follower.Follow(file);
        again.Release();
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        AnswerContent? shown = null;
        var shownFile = "";
        while (!stopping.IsCancellationRequested)
        {
            var file = current;
            if (file is null)
            {
                await NextSignalAsync(stopping);
                continue;
            }

            var forced = repeat;
            repeat = false;
            var content = await SettledAsync(file, stopping);
            if (!forced && file == shownFile && content == shown)
            {
                await NextSignalAsync(stopping);
                continue;
            }

            if (await CheckOnceAsync(file, content, stopping))
            {
                (shownFile, shown) = (file, content);
            }
        }
    }

    /// <summary>One check, given up as soon as the content is another or another file is wanted.</summary>
    /// <returns>Whether it came to its end with the newest content.</returns>
    private async Task<bool> CheckOnceAsync(string file, AnswerContent content, CancellationToken stopping)
    {
        using var outdated = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Checking?.Invoke(file);
        var checking = check(file, outdated.Token);
        while (!checking.IsCompleted)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var signal = NextSignalAsync(waiting.Token);
            await Task.WhenAny(checking, signal);
            if (signal.IsCompleted && IsOutdated(file, content))
            {
                await outdated.CancelAsync();
                await Ended(checking);
                return false;
            }

            await waiting.CancelAsync();
            await Ended(signal);
        }

        var verdict = await checking;
        if (IsOutdated(file, content))
        {
            return false;
        }

        Checked?.Invoke(file, content, verdict);
        return true;
    }

    private bool IsOutdated(string file, AnswerContent content) =>
        repeat || current != file || AnswerContent.Read(file) != content;

    private async Task<AnswerContent> SettledAsync(string file, CancellationToken stopping)
    {
        var content = AnswerContent.Read(file);
        var deadline = DateTime.UtcNow + Settling;
        while (!content.IsSettled && DateTime.UtcNow < deadline)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            patience.CancelAfter(Settling / 5);
            await Ended(NextSignalAsync(patience.Token));
            content = AnswerContent.Read(file);
        }

        return content;
    }

    /// <summary>Waits for a save or a call of <see cref="Check"/>, and follows to another file where that is wanted.</summary>
    private async Task NextSignalAsync(CancellationToken stopping)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var save = follower.Saves.WaitToReadAsync(waiting.Token).AsTask();
        var asked = again.WaitAsync(waiting.Token);
        await Task.WhenAny(save, asked);
        await waiting.CancelAsync();
        await Ended(save);
        await Ended(asked);
        while (follower.Saves.TryRead(out var file))
        {
            if (file != current && FollowsTo(file))
            {
                Check(file);
            }
        }

        stopping.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for a task whose cancellation is no error here; other errors come through.</summary>
    private static async Task Ended(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // What was cancelled has no result that anyone waits for.
        }
    }
}
