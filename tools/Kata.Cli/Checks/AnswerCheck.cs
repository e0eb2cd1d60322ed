using Kata.Engine.Catalogue;
using Kata.Engine.Hints;
using Kata.Engine.Progress;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Checks;

/// <summary>A verdict with all that is shown beside it.</summary>
/// <param name="Kata">The kata.</param>
/// <param name="Verdict">What became of the answer.</param>
/// <param name="Hints">What was noticed about it, the surest first.</param>
internal sealed record AnswerReport(KataEntry Kata, Verdict Verdict, IReadOnlyList<Hint> Hints)
{
    /// <summary>The file that was checked.</summary>
    public string AnswerFile { get; init; } = Kata.AnswerFile;
}

/// <summary>Checks answers, asks for hints, and keeps the verdicts that tell how far the learner is.</summary>
/// <param name="session">The clone and the language.</param>
/// <param name="checker">Who checks.</param>
internal sealed class AnswerCheck(Session session, IAnswerChecker checker)
{
    private readonly HintFinder hintFinder = new([
        new BehaviourHints(new KnownMistakes(session.Repository, checker).CheckAsync),
        new CodeHints(checker.Inspector)]);

    /// <summary>Checks one answer, keeps the verdict and looks for hints; in the code of the answer already while its tests run.</summary>
    /// <param name="request">What to check.</param>
    /// <param name="verdictReached">Is told the verdict before it is kept and hints are known.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<AnswerReport> RunAsync(CheckRequest request, Action<AnswerReport> verdictReached, CancellationToken cancellation)
    {
        var answer = AnswerText.TryRead(request.AnswerPath);
        var isUntouched = answer is not null && AnswerScan.Of(answer).Untouched;
        var reached = new TaskCompletionSource<Verdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hints = new Lazy<Task<IReadOnlyList<Hint>>>(() => Task.Run(() => FindHintsAsync(request, answer, reached.Task, cancellation)));
        try
        {
            var verdict = await CheckAsync(isUntouched ? request : request with { TestBegins = test => _ = hints.Value }, cancellation);
            var report = Report(request, verdict);
            verdictReached(report);
            reached.SetResult(verdict);
            await Task.WhenAll(Task.Run(() => Keep(request, answer, verdict), CancellationToken.None), hints.Value);
            return report with { Hints = await hints.Value };
        }
        finally
        {
            reached.TrySetCanceled(CancellationToken.None);
        }
    }

    /// <summary>Checks one answer and keeps the verdict.</summary>
    public async Task<AnswerReport> CheckAndKeepAsync(CheckRequest request, CancellationToken cancellation)
    {
        var answer = AnswerText.TryRead(request.AnswerPath);
        var verdict = await CheckAsync(request, cancellation);
        Keep(request, answer, verdict);
        return Report(request, verdict);
    }

    /// <summary>The verdict alone.</summary>
    public Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation) =>
        checker.CheckAsync(request with { TimeLimit = session.HeadOf(request.Kata)?.FrontMatter.TimeLimit }, cancellation);

    /// <summary>What there is to notice about an answer. A source that cannot be read costs the learner a hint, not the verdict.</summary>
    /// <param name="request">What was checked.</param>
    /// <param name="answer">The answer's text; null when it cannot be read.</param>
    /// <param name="verdict">What becomes of it.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<Hint>> FindHintsAsync(CheckRequest request, string? answer, Task<Verdict> verdict, CancellationToken cancellation)
    {
        // An answer that passes is read as well: it may pass by copying the expected values.
        if (answer is null || verdict is { IsCompletedSuccessfully: true, Result.Kind: VerdictKind.NotStarted })
        {
            return [];
        }

        try
        {
            var asked = new HintRequest(request.Kata, answer, verdict, session.Language.Code) { AnswerFile = request.AnswerPath };
            var found = await hintFinder.FindAsync(asked, cancellation);
            return (await verdict).Kind == VerdictKind.NotStarted ? [] : found;
        }
        catch (Exception exception) when (exception is KataException or IOException or UnauthorizedAccessException)
        {
            session.Notice(exception.Message);
            return [];
        }
    }

    /// <summary>
    /// Keeps a verdict on the learner's own file, when it is certain which content it is about: not when the file
    /// was saved again meanwhile.
    /// </summary>
    public void Keep(CheckRequest request, string? answer, Verdict verdict)
    {
        var isLearners = request is { Answers: Side.Katas, AnswerFile: null };
        if (isLearners && answer is not null && answer == AnswerText.TryRead(request.AnswerPath))
        {
            session.Notice(session.Verdicts.Keep(request.Kata, answer, verdict));
        }
    }

    private static AnswerReport Report(CheckRequest request, Verdict verdict) => new(request.Kata, verdict, []) { AnswerFile = request.AnswerPath };
}
