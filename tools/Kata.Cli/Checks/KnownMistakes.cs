using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Checks;

/// <summary>The verdicts on known mistakes: reached once for each content of mistake and tests, then kept.</summary>
/// <param name="repository">The clone.</param>
/// <param name="checker">Runs those that are not kept.</param>
internal sealed class KnownMistakes(Repository repository, IAnswerChecker checker)
{
    private const int KeptPerKata = 24;
    private readonly VerdictCache cache = new(repository, "mistakes", KeptPerKata);

    /// <summary>The verdict on a text in the answer's place.</summary>
    public async Task<Verdict> CheckAsync(KataEntry kata, string answer, CancellationToken cancellation)
    {
        if (cache.Find(kata, answer) is { } kept)
        {
            return kept;
        }

        var verdict = await checker.CheckAsync(new CheckRequest(kata, Side.Solutions, AnswerText: answer), cancellation);

        // Not being able to keep it costs time at the next hint, nothing else.
        _ = cache.Keep(kata, answer, verdict);
        return verdict;
    }
}
