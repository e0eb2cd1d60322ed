using Kata.Engine.Catalogue;
using Kata.Engine.Mistakes;
using Kata.Engine.Verdicts;

namespace Kata.Tests.Parity;

/// <summary>
/// <c>kata check</c> and <c>dotnet test</c> say the same of every stub, reference, mistake and alternative, test by
/// test. One round puts one answer into every kata at once, so that a round is one build for all of them.
/// </summary>
[Trait("Category", "Slow")]
public sealed class BothWaysAgreeTests
{
    [Fact]
    public async Task Every_test_ends_alike_in_both_ways()
    {
        using var clone = new CloneOfRepository();
        await using var checker = new Checker(clone.Repository);
        var answers = KataCatalogue.Load(clone.Repository).Katas.ToDictionary(kata => kata, Answers);
        var disagreements = new List<string>();
        for (var round = 0; round < answers.Values.Max(list => list.Count); round++)
        {
            var inPlay = answers.Where(entry => round < entry.Value.Count).ToDictionary(entry => entry.Key, entry => entry.Value[round]);
            foreach (var (kata, answer) in inPlay)
            {
                await File.WriteAllTextAsync(kata.AnswerFile, answer.Text);
            }

            var dotnet = await DotnetTest.RunAsync(clone.Repository.Root);
            foreach (var (kata, answer) in inPlay)
            {
                var verdict = await checker.CheckAsync(new CheckRequest(kata, AnswerText: answer.Text, WorkingTests: true));
                disagreements.AddRange(Compare(kata, answer.Name, verdict, dotnet));
            }
        }

        disagreements.Should().BeEmpty();
    }

    private static IEnumerable<string> Compare(KataEntry kata, string answer, Verdict verdict, IReadOnlyDictionary<string, string> dotnet)
    {
        var prefix = $"{kata.Namespace}.";
        var expected = dotnet.Where(result => result.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(result => $"{WithoutClass(result.Key)} {result.Value}").ToHashSet();
        var actual = verdict.Tests.Select(test => $"{test.Name} {test.Outcome}").ToHashSet();
        return expected.Except(actual).Select(test => $"{kata.Folder}, {answer}: dotnet test says {test}, kata check does not")
            .Concat(actual.Except(expected).Select(test => $"{kata.Folder}, {answer}: kata check says {test}, dotnet test does not"));
    }

    private static string WithoutClass(string displayName)
    {
        var arguments = displayName.IndexOf('(');
        var end = arguments < 0 ? displayName.Length : arguments;
        return displayName[(displayName.LastIndexOf('.', end - 1) + 1)..];
    }

    private static List<(string Name, string Text)> Answers(KataEntry kata)
    {
        var reference = File.ReadAllText(kata.SolutionFile);
        return
        [
            ("the stub", File.ReadAllText(kata.AnswerFile)),
            ("the reference", reference),
            .. MistakeFile.Read(kata).Select(mistake => (mistake.Id, mistake.Apply(reference))),
            .. MistakeFile.Alternatives(kata).Select(file => (Path.GetFileName(file), File.ReadAllText(file))),
        ];
    }
}
