using System.Runtime.CompilerServices;
using Kata.Engine.Catalogue;
using Kata.Engine.Mistakes;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Verify;

/// <summary>Every wrong answer that somebody wrote is killed by a test, and names a mistake of the kata or none.</summary>
/// <param name="checker">Runs them.</param>
public sealed class AttemptsAreKilled(IAnswerChecker checker) : IKataCheck
{
    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var known = MistakeFile.Read(kata).Select(mistake => mistake.Id).ToHashSet();
        foreach (var attempt in Attempt.Of(kata))
        {
            if (attempt.MistakeId is { } id && !known.Contains(id))
            {
                yield return new Finding(attempt.File, $"line 1: {id} is no mistake of mistakes.yml; write none where there is no such mistake");
            }

            var verdict = await checker.CheckAsync(AuthorCheck.OfText(kata, attempt.Text), cancellation);
            if (verdict.Kind is not (VerdictKind.Fail or VerdictKind.Timeout))
            {
                yield return new Finding(attempt.File, $"must fail a test: {AuthorCheck.Describe(verdict)}");
            }
        }
    }
}
