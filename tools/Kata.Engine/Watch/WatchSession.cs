using System.Threading.Channels;
using Kata.Engine.Catalogue;
using Kata.Engine.Compile;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Watch;

/// <summary>
/// Checks an answer at each save. The newest content always wins: a newer save cancels the check under way, and a
/// save made meanwhile, also during a hang, is checked next. When another kata's answer is saved, that one is
/// followed from then on.
/// </summary>
/// <param name="catalogue">The katas.</param>
/// <param name="repository">The clone.</param>
/// <param name="check">Checks the content that a request carries.</param>
/// <param name="useEvents">False where the file system is known to deliver none.</param>
public sealed class WatchSession(
    KataCatalogue catalogue, Repository repository, Func<CheckRequest, CancellationToken, Task<Verdict>> check, bool useEvents = true)
{
    /// <summary>How long a file may be missing, empty or broken off before that is its content: many editors save in steps.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    private readonly Channel<Signal> signals = Channel.CreateUnbounded<Signal>();

    /// <summary>The kata that is followed; null until the first call of <see cref="Check"/> was taken.</summary>
    private KataEntry? current;

    /// <summary>Whether a check is wanted even when the content is the same as before.</summary>
    private bool isAsked;

    /// <summary>Either a file that may have been saved or a kata that is to be checked.</summary>
    private readonly record struct Signal(string? SavedFile, KataEntry? Wanted);

    /// <summary>A check begins.</summary>
    public event Action<CheckRequest>? Checking;

    /// <summary>A check ended, and its content is still the newest.</summary>
    public event Action<CheckRequest, Verdict>? Checked;

    /// <summary>A check could not be done, and why; the next save is checked all the same.</summary>
    public event Action<CheckRequest, string>? Failed;

    /// <summary>Follows a kata and checks it now, also when its content was checked before.</summary>
    public void Check(KataEntry kata) => signals.Writer.TryWrite(new Signal(null, kata));

    /// <summary>Follows a kata, then every other that is asked for or saved, until cancelled.</summary>
    public async Task RunAsync(KataEntry first, CancellationToken stopping)
    {
        current = first;
        using var follower = new SaveFollower(
            repository.Katas, first.AnswerFile, file => signals.Writer.TryWrite(new Signal(file, null)), useEvents);
        AnswerFile? judged = null;
        while (true)
        {
            var answer = await SettledAsync(follower, stopping).ConfigureAwait(false);
            if (isAsked || answer != judged)
            {
                isAsked = false;
                judged = await CheckAsync(follower, answer, stopping).ConfigureAwait(false) ? answer : null;
            }
            else
            {
                await signals.Reader.WaitToReadAsync(stopping).ConfigureAwait(false);
                TakeSignals(follower);
            }
        }
    }

    /// <summary>One check, given up as soon as the content is another or another kata is wanted.</summary>
    /// <returns>Whether it came to its end with the newest content.</returns>
    private async Task<bool> CheckAsync(SaveFollower follower, AnswerFile answer, CancellationToken stopping)
    {
        using var outdated = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var request = new CheckRequest(current!) { Content = answer };
        Checking?.Invoke(request);
        var checking = Task.Run(() => check(request, outdated.Token), CancellationToken.None);
        while (!isAsked && !stopping.IsCancellationRequested && ReadCurrent() == answer)
        {
            if (checking.IsCompleted)
            {
                await TellAsync(request, checking).ConfigureAwait(false);
                return true;
            }

            await Task.WhenAny(checking, signals.Reader.WaitToReadAsync(stopping).AsTask()).ConfigureAwait(false);
            TakeSignals(follower);
        }

        await outdated.CancelAsync().ConfigureAwait(false);

        // Whatever becomes of it, nobody waits for it any more.
        await ((Task)checking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
        return false;
    }

    private async Task TellAsync(CheckRequest request, Task<Verdict> checking)
    {
        try
        {
            Checked?.Invoke(request, await checking.ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is KataException or IOException or UnauthorizedAccessException)
        {
            Failed?.Invoke(request, exception.Message);
        }
    }

    private AnswerFile ReadCurrent() => AnswerFile.Read(new CheckRequest(current!));

    private async Task<AnswerFile> SettledAsync(SaveFollower follower, CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Settling);
        var answer = ReadCurrent();
        while (answer.Text is null && !patience.IsCancellationRequested)
        {
            var signal = signals.Reader.WaitToReadAsync(patience.Token).AsTask();
            await ((Task)signal).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            TakeSignals(follower);
            answer = ReadCurrent();
        }

        stopping.ThrowIfCancellationRequested();
        return answer;
    }

    private void TakeSignals(SaveFollower follower)
    {
        while (signals.Reader.TryRead(out var signal))
        {
            isAsked |= signal.Wanted is not null;
            current = signal.Wanted ?? SavedKata(signal.SavedFile!) ?? current;
        }

        follower.Follow(current!.AnswerFile);
    }

    /// <summary>The kata whose answer was saved; null when the file is no answer, or is gone.</summary>
    private KataEntry? SavedKata(string file)
    {
        var folder = Path.GetFileName(Path.GetDirectoryName(file));
        var kata = catalogue.Katas.FirstOrDefault(kata => kata.Folder == folder);
        return kata is not null && Path.GetFileName(kata.AnswerFile) == Path.GetFileName(file) && File.Exists(file) ? kata : null;
    }
}
