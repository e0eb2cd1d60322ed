using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Verify;

/// <summary>The repository checks itself: every rule of the house, on every kata.</summary>
/// <param name="repository">The clone.</param>
/// <param name="catalogue">Its katas.</param>
/// <param name="checker">Runs answers.</param>
public sealed class RepositoryVerifier(Repository repository, KataCatalogue catalogue, IAnswerChecker checker)
{
    private readonly IReadOnlyList<IKataCheck> checks =
    [
        new TreesMirrorEachOther(),
        new FrontMatterIsComplete(catalogue),
        new LanguagesHaveTheSameStructure(),
        new NumbersComeFromSnapshots(),
        new NothingIsLeftToWrite(),
        new StubsAreUnsolved(checker),
        new ReferencesAndAlternativesPass(checker),
        new MistakesAreKilled(checker),
        new AttemptsAreKilled(checker),
        new EquivalentMutantsAreInTheReference(),
    ];

    /// <summary>What is wrong outside the folders of known katas.</summary>
    public IReadOnlyList<Finding> Strangers() => [.. TreesMirrorEachOther.Strangers(repository, catalogue)];

    /// <summary>What is wrong with one kata.</summary>
    public async Task<IReadOnlyList<Finding>> VerifyAsync(KataEntry kata, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        foreach (var check in checks)
        {
            try
            {
                await foreach (var finding in check.CheckAsync(kata, cancellation))
                {
                    findings.Add(finding);
                }
            }
            catch (KataException exception)
            {
                findings.Add(new Finding(kata.SolutionFolder, exception.Message));
            }
        }

        return findings;
    }
}
