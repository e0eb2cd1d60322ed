using System.Runtime.CompilerServices;
using Kata.Engine.Catalogue;
using Kata.Engine.Mistakes;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Verify;

/// <summary>The reference passes every test, and so does each correct answer in another style.</summary>
/// <param name="checker">Runs them.</param>
public sealed class ReferencesAndAlternativesPass(IAnswerChecker checker) : IKataCheck
{
    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var file in MistakeFile.Alternatives(kata).Prepend(kata.SolutionFile))
        {
            var verdict = await checker.CheckAsync(AuthorCheck.OfText(kata, await File.ReadAllTextAsync(file, cancellation)), cancellation);
            if (verdict.Kind != VerdictKind.Pass)
            {
                yield return new Finding(file, $"must pass: {AuthorCheck.Describe(verdict)}");
            }
        }
    }
}
