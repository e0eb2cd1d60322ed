using System.Runtime.CompilerServices;
using Kata.Engine.Catalogue;
using Kata.Engine.Hints;
using Kata.Engine.Mistakes;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Verify;

/// <summary>
/// Every known mistake applies to the reference, compiles, and is killed by a test of the task that it names; and
/// the tests tell it apart from every other.
/// </summary>
/// <param name="checker">Runs them.</param>
public sealed class MistakesAreKilled(IAnswerChecker checker) : IKataCheck
{
    private const int Fewest = 3, Most = 16;

    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var file = MistakeFile.PathOf(kata);
        var mistakes = MistakeFile.Read(kata);
        if (mistakes.Count is < Fewest or > Most)
        {
            yield return new Finding(file, $"holds {mistakes.Count} mistakes; {Fewest} to {Most} are asked for");
        }

        var reference = await File.ReadAllTextAsync(kata.SolutionFile, cancellation);
        var seen = new List<(Mistake Mistake, Fingerprint Fingerprint)>();
        foreach (var mistake in mistakes)
        {
            var verdict = await checker.CheckAsync(AuthorCheck.OfText(kata, mistake.Apply(reference)), cancellation);
            if (verdict.Kind is VerdictKind.Timeout)
            {
                continue;
            }

            if (verdict.Kind != VerdictKind.Fail || Fingerprint.Of(verdict, mistake.Task) is not { HasFailures: true } fingerprint)
            {
                yield return new Finding(file, $"{mistake.Id} must fail a test of task {mistake.Task}: {AuthorCheck.Describe(verdict)}");
                continue;
            }

            foreach (var (other, _) in seen.Where(other => other.Fingerprint.Task == mistake.Task && other.Fingerprint.Agreement(fingerprint) >= 1))
            {
                yield return new Finding(file, $"{mistake.Id} and {other.Id} fail alike: a test must tell them apart, or one hint cover both");
            }

            seen.Add((mistake, fingerprint));
        }
    }
}
