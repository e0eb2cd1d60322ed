using Kata.Cli.Checks;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Kata.Engine.Verdicts;
using Kata.Engine.Watch;

namespace Kata.Cli.Watch;

/// <summary>
/// Follows a learner from save to save: verdict at once, then the cache, then the hints. All three are dropped as
/// soon as a newer save makes them old.
/// </summary>
internal sealed class Watcher : IDisposable
{
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(150);

    private readonly Session session;
    private readonly AnswerCheck check;
    private readonly IWatchView view;
    private readonly SaveFollower follower;
    private readonly WatchSession saves;
    private CancellationTokenSource following = new();

    /// <summary>Prepares to watch.</summary>
    /// <param name="session">The clone and the language.</param>
    /// <param name="checker">Who checks.</param>
    /// <param name="view">Who shows.</param>
    /// <param name="kata">The kata to begin with.</param>
    public Watcher(Session session, IAnswerChecker checker, IWatchView view, KataEntry kata)
    {
        this.session = session;
        this.view = view;
        check = new AnswerCheck(session, checker);
        Current = kata;
        follower = new SaveFollower(session.Repository.Katas, kata.AnswerFile);
        saves = new WatchSession(follower, CheckAsync) { FollowsTo = FollowsTo };
        saves.Checking += OnChecking;
        saves.Checked += OnChecked;
    }

    /// <summary>The kata that is followed.</summary>
    public KataEntry Current { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        Go(Current);
        try
        {
            await saves.RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Leaving is how watching ends.
        }
    }

    /// <summary>Follows a kata from now on, and checks it.</summary>
    public void Go(KataEntry kata)
    {
        Current = kata;
        saves.Check(kata.AnswerFile);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        following.Cancel();
        follower.Dispose();
    }

    private bool FollowsTo(string file)
    {
        if (session.Catalogue.Katas.FirstOrDefault(kata => kata.AnswerFile == file) is not { } kata)
        {
            return false;
        }

        Current = kata;
        return true;
    }

    private async Task<Verdict> CheckAsync(string file, CancellationToken cancellation)
    {
        var kata = Current;
        try
        {
            return await check.CheckAsync(new CheckRequest(kata), cancellation);
        }
        catch (KataException problem)
        {
            return new Verdict(kata.Number, VerdictKind.Crash, problem.Message, [], [], [], "", new Timing(0, 0, 0));
        }
    }

    private void OnChecking(string file)
    {
        following.Cancel();
        following = new CancellationTokenSource();
        _ = MentionAsync(Current, following.Token);
    }

    private async Task MentionAsync(KataEntry kata, CancellationToken outdated)
    {
        try
        {
            await Task.Delay(Unnoticed, outdated);
            view.ShowChecking(kata);
        }
        catch (OperationCanceledException)
        {
            // The verdict was there before anyone could wonder.
        }
    }

    private void OnChecked(string file, AnswerContent content, Verdict verdict)
    {
        following.Cancel();
        following = new CancellationTokenSource();
        var report = new AnswerReport(Current, verdict, []);
        view.ShowVerdict(report, content.Hash);
        _ = FollowUpAsync(report, following.Token);
    }

    private async Task FollowUpAsync(AnswerReport report, CancellationToken outdated)
    {
        try
        {
            var answer = AnswerText.TryRead(report.AnswerFile);
            check.Keep(new CheckRequest(report.Kata), answer, report.Verdict);
            var withHints = await check.WithHintsAsync(report, answer, outdated);
            if (withHints.Hints.Count > 0 && !outdated.IsCancellationRequested)
            {
                view.ShowHints(withHints);
            }
        }
        catch (OperationCanceledException)
        {
            // A newer save has its own hints.
        }
    }
}
