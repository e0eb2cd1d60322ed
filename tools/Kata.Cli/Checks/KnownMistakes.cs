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
    private readonly SemaphoreSlim oneAtATime = new(1);

    /// <summary>
    /// The verdict on a text in the answer's place. Cancelling ends the waiting alone: a run under way comes to its
    /// end and is kept, for the next hint needs it too, and breaking it off would cost its process.
    /// </summary>
    public async Task<Verdict> CheckAsync(KataEntry kata, string answer, CancellationToken cancellation)
    {
        await oneAtATime.WaitAsync(cancellation);
        return await FindOrRunAsync(kata, answer).WaitAsync(cancellation);
    }

    private async Task<Verdict> FindOrRunAsync(KataEntry kata, string answer)
    {
        try
        {
            // Made anew each time: what all tests share may change while the tool runs.
            var cache = new VerdictCache(repository, "mistakes", KeptPerKata);
            return cache.Find(kata, answer) ?? await RunAsync(kata, answer, cache);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    private async Task<Verdict> RunAsync(KataEntry kata, string answer, VerdictCache cache)
    {
        var verdict = await checker.CheckAsync(new CheckRequest(kata, Side.Solutions, AnswerText: answer), CancellationToken.None);

        // Not being able to keep it costs time at the next hint, nothing else.
        _ = cache.Keep(kata, answer, verdict);
        return verdict;
    }
}
