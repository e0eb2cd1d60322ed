using System.Diagnostics;
using System.Threading.Channels;
using Kata.Cli.Checks;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;
using Kata.Engine.Watch;

namespace Kata.Cli.Watch;

/// <summary>
/// Watches answers: the verdict is shown first; it is kept and hints are looked for afterwards, and both are given
/// up or dropped when a newer save comes.
/// </summary>
internal sealed class AnswerWatch
{
    /// <summary>A check that is over sooner needs no word; after it, one word a second.</summary>
    private static readonly TimeSpan Noticeable = TimeSpan.FromMilliseconds(150);

    private readonly Session session;
    private readonly AnswerCheck check;
    private readonly WatchSession saves;
    private readonly Channel<WatchEvent> events = Channel.CreateUnbounded<WatchEvent>();
    private readonly CancellationTokenSource ending = new();
    private readonly Stopwatch elapsed = new();
    private readonly Timer goesOn;
    private CancellationTokenSource outdated = new();
    private Task afterwards = Task.CompletedTask;

    /// <summary>The check whose outcome is awaited, else the one whose verdict is shown.</summary>
    private volatile CheckRequest? newest;
    private volatile bool isUnderWay;
    private volatile string? runningTest;

    /// <summary>Prepares to watch.</summary>
    /// <param name="session">The clone and the language.</param>
    /// <param name="checker">Who checks.</param>
    public AnswerWatch(Session session, IAnswerChecker checker)
    {
        this.session = session.On(session.Screen, new NoticeWriter(text => Tell(new NoticeGiven(text))));
        check = new AnswerCheck(this.session, checker);
        goesOn = new Timer(_ => TellThatItGoesOn());
        saves = new WatchSession(session.Catalogue, session.Repository, CheckAsync);
        saves.Checking += request => Tell(new CheckBegan(request));
        saves.Checked += (request, verdict) => Tell(new VerdictReached(request, new AnswerReport(request.Kata, verdict, [])));
        saves.Failed += (request, reason) => Tell(new CheckImpossible(request, reason));
    }

    /// <summary>Adds an event to those that are shown.</summary>
    public void Tell(WatchEvent what) => events.Writer.TryWrite(what);

    /// <summary>Follows a kata and checks it now.</summary>
    public void Check(KataEntry kata) => saves.Check(kata);

    /// <summary>Ends watching.</summary>
    public void Stop() => ending.Cancel();

    /// <summary>Watches until <see cref="Stop"/> or a cancellation.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(KataEntry first, IWatchView view, CancellationToken stopping)
    {
        using var onStopping = stopping.UnsafeRegister(_ => Stop(), null);
        var following = saves.RunAsync(first, ending.Token);
        _ = following.ContinueWith(ended => events.Writer.TryComplete(ended.Exception?.InnerException), TaskScheduler.Default);
        try
        {
            await foreach (var what in events.Reader.ReadAllAsync(ending.Token))
            {
                if (Notices(what))
                {
                    view.Show(what);
                    StartAfterwards(what);
                }
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Stop was called, by a key or at the end of the input.
        }
        finally
        {
            Stop();
            await goesOn.DisposeAsync();
            await outdated.CancelAsync();
            await Task.WhenAll(following, afterwards).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        stopping.ThrowIfCancellationRequested();
    }

    private Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation) =>
        check.CheckAsync(request with { TestBegins = test => runningTest = test }, cancellation);

    /// <summary>Keeps track of what is under way.</summary>
    /// <returns>Whether the event is still news.</returns>
    private bool Notices(WatchEvent what)
    {
        switch (what)
        {
            case CheckBegan began:
                outdated.Cancel();
                outdated = new CancellationTokenSource();
                newest = began.Request;
                runningTest = null;
                elapsed.Restart();
                isUnderWay = true;
                goesOn.Change(Noticeable, TimeSpan.FromSeconds(1) - Noticeable);
                return true;
            case VerdictReached or CheckImpossible:
                isUnderWay = false;
                goesOn.Change(Timeout.Infinite, Timeout.Infinite);
                return true;
            case CheckGoesOn going:
                return isUnderWay && going.Request == newest;
            case HintsFound found:
                return found.Request == newest;
            default:
                return true;
        }
    }

    private void TellThatItGoesOn()
    {
        if (isUnderWay && newest is { } request)
        {
            Tell(new CheckGoesOn(request, elapsed.Elapsed, runningTest));
        }
    }

    private void StartAfterwards(WatchEvent what)
    {
        if (what is VerdictReached reached)
        {
            var (before, cancellation) = (afterwards, outdated.Token);
            afterwards = Task.Run(() => AfterwardsAsync(before, reached, cancellation));
        }
    }

    /// <summary>What has time until the verdict was seen. One verdict after the other, so that the newest is kept last.</summary>
    private async Task AfterwardsAsync(Task before, VerdictReached reached, CancellationToken cancellation)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (request, report) = reached;
        var answer = request.Content?.Text;
        check.Keep(request, answer, report.Verdict);
        Tell(new ProgressMade(session.Progress.Read(request.Kata)));
        var hints = await check.FindHintsAsync(request, answer, Task.FromResult(report.Verdict), cancellation);
        if (hints.Count > 0)
        {
            Tell(new HintsFound(request, report with { Hints = hints }));
        }
    }
}
