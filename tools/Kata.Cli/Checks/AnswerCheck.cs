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
        new CodeHints(session.Repository)]);

    /// <summary>Checks one answer.</summary>
    public async Task<AnswerReport> RunAsync(CheckRequest request, CancellationToken cancellation)
    {
        var answer = AnswerText.TryRead(request.AnswerPath);
        var limited = request with { TimeLimit = session.HeadOf(request.Kata)?.FrontMatter.TimeLimit };
        var verdict = await checker.CheckAsync(limited, cancellation);
        Keep(request, answer, verdict);
        var hints = answer is null || verdict.Kind == VerdictKind.NotStarted
            ? []
            : await FindHintsAsync(new HintRequest(request.Kata, answer, verdict, session.Language.Code), cancellation);
        return new AnswerReport(request.Kata, verdict, hints) { AnswerFile = request.AnswerPath };
    }

    /// <summary>A source that cannot be read costs the learner a hint, not the verdict.</summary>
    private async Task<IReadOnlyList<Hint>> FindHintsAsync(HintRequest request, CancellationToken cancellation)
    {
        try
        {
            return await hintFinder.FindAsync(request, cancellation);
        }
        catch (KataException exception)
        {
            session.Notice(exception.Message);
            return [];
        }
    }

    /// <summary>
    /// Keeps a verdict on the learner's own file, when it is certain which content it is about: not when the file
    /// was saved again meanwhile, and not when the tests on disk were not the ones that ran (a notice says so).
    /// </summary>
    private void Keep(CheckRequest request, string? answer, Verdict verdict)
    {
        var isLearners = request is { Answers: Side.Katas, AnswerFile: null };
        if (isLearners && answer is not null && verdict.Notices.Count == 0 && answer == AnswerText.TryRead(request.AnswerPath))
        {
            session.Notice(session.Verdicts.Keep(request.Kata, answer, verdict));
        }
    }
}
