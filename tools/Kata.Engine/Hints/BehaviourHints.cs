using Kata.Engine.Catalogue;
using Kata.Engine.Mistakes;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Hints;

/// <summary>
/// Hints from what the answer does: its failures are compared, task by task, with those of the known mistakes.
/// Independent of the style of the code.
/// </summary>
/// <param name="check">Gives the verdict on a text in the answer's place, from the cache where it is there.</param>
public sealed class BehaviourHints(Func<KataEntry, string, CancellationToken, Task<Verdict>> check) : IHintSource
{
    /// <summary>
    /// Below this share of a task's failures a likeness is not told. Chosen on one half of the pairs of mistakes,
    /// tried on the other and on every alternative: see <c>kata verify --hints</c>.
    /// </summary>
    public const double EnoughAgreement = 0.5;

    /// <summary>By how much the best likeness must lead the next one.</summary>
    public const double EnoughLead = 0.2;

    /// <inheritdoc />
    public async Task<IReadOnlyList<Hint>> FindAsync(HintRequest request, CancellationToken cancellation) =>
        await FindAsync(request.Kata, await request.Verdict.ConfigureAwait(false), cancellation) is { } match
            ? [new Hint("mistake", match.Mistake.Id, match.Mistake.Hint(request.Language), null, match.IsExact ? Sureness.Certain : Sureness.Likely)]
            : [];

    /// <summary>The mistake that the first failing task behaves like; null when no likeness is clear.</summary>
    public async Task<BehaviourMatch?> FindAsync(KataEntry kata, Verdict verdict, CancellationToken cancellation)
    {
        foreach (var task in verdict.Tests.Select(test => test.Task).Distinct().Order())
        {
            if (Fingerprint.Of(verdict, task) is { HasFailures: true } failures)
            {
                return await FindAsync(kata, failures, cancellation);
            }
        }

        return null;
    }

    /// <summary>The mistake that the failures of one task are most like; null when no likeness is clear.</summary>
    public async Task<BehaviourMatch?> FindAsync(KataEntry kata, Fingerprint failures, CancellationToken cancellation) =>
        Best(failures, await FingerprintsAsync(kata, failures.Task, cancellation).ConfigureAwait(false), EnoughAgreement, EnoughLead);

    /// <summary>The clearest likeness; null when there is none.</summary>
    /// <param name="failures">What the answer looks like.</param>
    /// <param name="known">What each known mistake looks like.</param>
    /// <param name="enoughAgreement">The share of failures that must be alike.</param>
    /// <param name="enoughLead">By how much the best must lead the next.</param>
    public static BehaviourMatch? Best(
        Fingerprint failures, IEnumerable<(Mistake Mistake, Fingerprint Fingerprint)> known, double enoughAgreement, double enoughLead)
    {
        var best = known.Select(entry => new BehaviourMatch(entry.Mistake, entry.Fingerprint.Agreement(failures)))
            .OrderByDescending(match => match.Agreement)
            .Take(2)
            .ToList();
        if (best.Count == 0)
        {
            return null;
        }

        // While a part of the task is still to be written, two mistakes may look exactly alike.
        var lead = best.Count == 1 ? 1 : best[0].Agreement - best[1].Agreement;
        var isClear = best[0].IsExact ? lead > 0 : best[0].Agreement >= enoughAgreement && lead >= enoughLead;
        return isClear ? best[0] : null;
    }

    /// <summary>What each known mistake of a task looks like from outside; those that hang or crash look like nothing.</summary>
    public async Task<IReadOnlyList<(Mistake Mistake, Fingerprint Fingerprint)>> FingerprintsAsync(
        KataEntry kata, int task, CancellationToken cancellation)
    {
        var reference = await File.ReadAllTextAsync(kata.SolutionFile, cancellation);
        var fingerprints = new List<(Mistake, Fingerprint)>();
        foreach (var mistake in MistakeFile.Read(kata).Where(mistake => mistake.Task == task))
        {
            var verdict = await check(kata, mistake.Apply(reference), cancellation);
            if (Fingerprint.Of(verdict, task) is { HasFailures: true } fingerprint)
            {
                fingerprints.Add((mistake, fingerprint));
            }
        }

        return fingerprints;
    }
}

/// <summary>A mistake that an answer behaves like.</summary>
/// <param name="Mistake">Which one.</param>
/// <param name="Agreement">The share of failing tests that fail alike; 1 is exact.</param>
public sealed record BehaviourMatch(Mistake Mistake, double Agreement)
{
    /// <summary>Whether every test of the task ended alike.</summary>
    public bool IsExact => Agreement >= 1;
}
