using Kata.Engine;
using Kata.Engine.Authoring;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;
using Kata.Engine.Verify;
using Kata.Tests.Support;

namespace Kata.Tests.Authoring;

public class NewKataTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Fact]
    public async Task A_new_kata_is_sound_but_for_what_is_still_to_be_written()
    {
        var files = NewKata.LayOut(clone.Repository, KataCatalogue.Load(clone.Repository), 986, "attention-as-posterior", "bayes");
        await using var checker = new Checker(clone.Repository);
        var catalogue = KataCatalogue.Load(clone.Repository);
        var kata = catalogue.Katas.Single(entry => entry.Number == 986);

        var findings = await new RepositoryVerifier(clone.Repository, catalogue, checker).VerifyAsync(kata, CancellationToken.None);

        findings.Where(finding => finding.Problem.EndsWith("still to be written", StringComparison.Ordinal)).Select(finding => finding.File)
            .Should().BeEquivalentTo(files);
        findings.Where(finding => !finding.Problem.EndsWith("still to be written", StringComparison.Ordinal))
            .Should().ContainSingle().Which.Problem.Should().Contain("holds 1 mistakes");
    }

    [Theory]
    [InlineData(55, "another-name", "attention", "Number 55 is taken by 055-why-scale-scores.")]
    [InlineData(0, "a-name", "attention", "0 is no number for a kata")]
    [InlineData(987, "A Name", "attention", "words in lower case")]
    [InlineData(987, "a-name", "../elsewhere", "words in lower case")]
    public void What_does_not_fit_is_refused(int number, string slug, string chapter, string problem)
    {
        var layOut = () => NewKata.LayOut(clone.Repository, KataCatalogue.Load(clone.Repository), number, slug, chapter);

        layOut.Should().Throw<KataException>().WithMessage($"*{problem}*");
    }
}
