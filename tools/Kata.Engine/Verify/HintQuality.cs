using Kata.Engine.Catalogue;
using Kata.Engine.Hints;
using Kata.Engine.Mistakes;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Verify;

/// <summary>What the hints are worth on one kata.</summary>
/// <param name="Mistakes">Known mistakes.</param>
/// <param name="Killed">Those that a test of their task kills.</param>
/// <param name="OwnFirst">Those whose own hint comes first.</param>
/// <param name="RuleFirst">Those that a rule answers first.</param>
/// <param name="WithRule">Those at which a rule points, first or second.</param>
/// <param name="Correct">Correct answers that were tried: the reference and the alternatives.</param>
/// <param name="FalseAlarms">Hints that fell on them.</param>
public sealed record HintScore(
    int Mistakes, int Killed, int OwnFirst, int RuleFirst, int WithRule, int Correct, IReadOnlyList<Finding> FalseAlarms)
{
    /// <summary>Mistakes that a hint of their own or a rule answers first.</summary>
    public int Answered => OwnFirst + RuleFirst;

    /// <summary>Of several katas.</summary>
    public static HintScore Sum(IReadOnlyList<HintScore> scores) => new(
        scores.Sum(score => score.Mistakes), scores.Sum(score => score.Killed), scores.Sum(score => score.OwnFirst),
        scores.Sum(score => score.RuleFirst), scores.Sum(score => score.WithRule), scores.Sum(score => score.Correct),
        [.. scores.SelectMany(score => score.FalseAlarms)]);
}

/// <summary>What hints say of wrong answers that people wrote.</summary>
/// <param name="Attempts">The wrong answers.</param>
/// <param name="Known">Those that make a known mistake.</param>
/// <param name="Named">Those whose mistake is named first.</param>
/// <param name="ByRule">Others at which a rule points.</param>
/// <param name="Misnamed">Those that are told a mistake which they do not make.</param>
public sealed record AttemptScore(int Attempts, int Known, int Named, int ByRule, IReadOnlyList<Finding> Misnamed)
{
    /// <summary>Those that are told nothing.</summary>
    public int Silent => Attempts - Named - ByRule - Misnamed.Count;

    /// <summary>Of several katas.</summary>
    public static AttemptScore Sum(IReadOnlyList<AttemptScore> scores) => new(
        scores.Sum(score => score.Attempts), scores.Sum(score => score.Known), scores.Sum(score => score.Named),
        scores.Sum(score => score.ByRule), [.. scores.SelectMany(score => score.Misnamed)]);
}

/// <summary>How a likeness that is not exact fared, on answers with two mistakes in one task.</summary>
/// <param name="Agreement">The share of failures that had to agree.</param>
/// <param name="Right">One of the two mistakes was named.</param>
/// <param name="Wrong">Another was named.</param>
/// <param name="Silent">None was.</param>
public sealed record PartialScore(double Agreement, int Right, int Wrong, int Silent);

/// <summary>Measures hints by what they say of answers whose fault, or faultlessness, is known.</summary>
/// <param name="checker">Runs answers.</param>
public sealed class HintQuality(IAnswerChecker checker)
{
    private readonly CodeHints rules = new(checker.Inspector);

    /// <summary>Asks for hints on every mistake and every correct answer of a kata, as <c>kata check</c> does.</summary>
    public async Task<HintScore> MeasureAsync(KataEntry kata, CancellationToken cancellation)
    {
        var finder = new HintFinder([new BehaviourHints(CheckAsync), rules]);
        var reference = await File.ReadAllTextAsync(kata.SolutionFile, cancellation).ConfigureAwait(false);
        var mistakes = MistakeFile.Read(kata);
        int killed = 0, own = 0, ruleFirst = 0, withRule = 0;
        foreach (var mistake in mistakes)
        {
            var (verdict, hints) = await HintsAsync(finder, kata, mistake.Apply(reference), cancellation).ConfigureAwait(false);
            killed += Fingerprint.Of(verdict, mistake.Task) is { HasFailures: true } ? 1 : 0;
            own += hints is [{ Source: "mistake" } first, ..] && first.Id == mistake.Id ? 1 : 0;
            ruleFirst += hints is [{ Source: "rule" }, ..] ? 1 : 0;
            withRule += hints.Any(hint => hint.Source == "rule") ? 1 : 0;
        }

        var correct = MistakeFile.Alternatives(kata).Prepend(kata.SolutionFile).ToList();
        var alarms = new List<Finding>();
        foreach (var file in correct)
        {
            var (_, hints) = await HintsAsync(finder, kata, await File.ReadAllTextAsync(file, cancellation), cancellation).ConfigureAwait(false);
            alarms.AddRange(hints.Select(hint => new Finding(file, $"line {hint.Line}: {hint.Id} falls on correct code: {hint.Text}")));
        }

        return new HintScore(mistakes.Count, killed, own, ruleFirst, withRule, correct.Count, alarms);
    }

    /// <summary>Asks for hints on every wrong answer to a kata that somebody wrote.</summary>
    public async Task<AttemptScore> MeasureAttemptsAsync(KataEntry kata, CancellationToken cancellation)
    {
        var finder = new HintFinder([new BehaviourHints(CheckAsync), rules]);
        var attempts = Attempt.Of(kata);
        int named = 0, byRule = 0;
        var misnamed = new List<Finding>();
        foreach (var attempt in attempts)
        {
            var (_, hints) = await HintsAsync(finder, kata, attempt.Text, cancellation).ConfigureAwait(false);
            var wrong = hints.FirstOrDefault(hint => hint.Source == "mistake" && hint.Id != attempt.MistakeId);
            if (wrong is not null)
            {
                misnamed.Add(new Finding(attempt.File, $"is told {wrong.Id}, which it does not do: {wrong.Text}"));
            }
            else if (hints is [{ Source: "mistake" }, ..])
            {
                named++;
            }
            else if (hints.Count > 0)
            {
                byRule++;
            }
        }

        return new AttemptScore(attempts.Count, attempts.Count(attempt => attempt.MistakeId is not null), named, byRule, misnamed);
    }

    /// <summary>
    /// Puts two mistakes into one task and asks what a likeness that is not exact would name. Every second pair is
    /// held back: thresholds are chosen on one half and tried on the other.
    /// </summary>
    public async Task<(IReadOnlyList<PartialScore> Chosen, IReadOnlyList<PartialScore> HeldBack)> MeasurePartialAsync(
        IEnumerable<KataEntry> katas, IReadOnlyList<double> agreements, CancellationToken cancellation)
    {
        var trials = new List<(Mistake First, Mistake Second, Fingerprint Failures, IReadOnlyList<(Mistake, Fingerprint)> Known)>();
        foreach (var kata in katas)
        {
            var reference = await File.ReadAllTextAsync(kata.SolutionFile, cancellation).ConfigureAwait(false);
            var behaviour = new BehaviourHints(CheckAsync);
            foreach (var task in MistakeFile.Read(kata).GroupBy(mistake => mistake.Task))
            {
                var known = await behaviour.FingerprintsAsync(kata, task.Key, cancellation).ConfigureAwait(false);
                foreach (var (first, second, text) in Pairs([.. task], reference))
                {
                    var verdict = await CheckAsync(kata, text, cancellation).ConfigureAwait(false);
                    if (Fingerprint.Of(verdict, task.Key) is { HasFailures: true } failures)
                    {
                        trials.Add((first, second, failures, known));
                    }
                }
            }
        }

        return (Scores(heldBack: 0), Scores(heldBack: 1));

        IReadOnlyList<PartialScore> Scores(int heldBack)
        {
            var half = trials.Where((_, index) => index % 2 == heldBack).ToList();
            return [.. agreements.Select(agreement =>
            {
                var named = half.Select(trial => (Trial: trial, BehaviourHints.Best(trial.Failures, trial.Known, agreement, BehaviourHints.EnoughLead)?.Mistake.Id)).ToList();
                var right = named.Count(entry => entry.Id == entry.Trial.First.Id || entry.Id == entry.Trial.Second.Id);
                var silent = named.Count(entry => entry.Id is null);
                return new PartialScore(agreement, right, named.Count - right - silent, silent);
            })];
        }
    }

    private static IEnumerable<(Mistake First, Mistake Second, string Text)> Pairs(IReadOnlyList<Mistake> mistakes, string reference)
    {
        for (var i = 0; i < mistakes.Count; i++)
        {
            for (var j = i + 1; j < mistakes.Count; j++)
            {
                var once = mistakes[i].Apply(reference);
                if (once.Contains(mistakes[j].From, StringComparison.Ordinal) && !mistakes[i].From.Contains(mistakes[j].From, StringComparison.Ordinal))
                {
                    yield return (mistakes[i], mistakes[j], once.Replace(mistakes[j].From, mistakes[j].To, StringComparison.Ordinal));
                }
            }
        }
    }

    private async Task<(Verdict Verdict, IReadOnlyList<Hint> Hints)> HintsAsync(
        HintFinder finder, KataEntry kata, string answer, CancellationToken cancellation)
    {
        var verdict = await CheckAsync(kata, answer, cancellation).ConfigureAwait(false);
        return (verdict, await finder.FindAsync(new HintRequest(kata, answer, Task.FromResult(verdict), "en") { AnswerFile = kata.SolutionFile }, cancellation).ConfigureAwait(false));
    }

    private Task<Verdict> CheckAsync(KataEntry kata, string answer, CancellationToken cancellation) =>
        checker.CheckAsync(AuthorCheck.OfText(kata, answer), cancellation);
}
