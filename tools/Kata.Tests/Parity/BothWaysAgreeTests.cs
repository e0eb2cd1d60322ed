using Kata.Engine.Catalogue;
using Kata.Engine.Mistakes;
using Kata.Engine.Verdicts;

namespace Kata.Tests.Parity;

/// <summary>
/// <c>kata check</c> and <c>dotnet test</c> say the same of every stub, reference, mistake and alternative, test by
/// test. Each answer is put beside a copy of its kata's tests, so that one build and one run are enough for all of them.
/// </summary>
[Trait("Category", "Slow")]
public sealed class BothWaysAgreeTests
{
    /// <summary>dotnet test knows no limit.</summary>
    private static readonly TimeSpan NoHurry = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Every_test_ends_alike_in_both_ways()
    {
        using var clone = new CloneOfRepository();
        var katas = KataCatalogue.Load(clone.Repository).Katas;
        var copies = katas.SelectMany(kata => Answers(kata).Select((answer, number) => new KataCopy(kata, answer.Name, answer.Text, number))).ToList();
        copies.ForEach(copy => copy.Write());

        var dotnet = (await DotnetTest.RunAsync(clone.Repository.Root)).ToLookup(result => result.Key.Split('.')[0]);

        await using var checker = new Checker(clone.Repository);
        var disagreements = await Task.WhenAll(copies.Select(async copy => Compare(
            copy,
            await checker.CheckAsync(new CheckRequest(copy.Kata, AnswerText: copy.Answer, WorkingTests: true, TimeLimit: NoHurry)),
            dotnet[copy.Namespace])));
        disagreements.SelectMany(found => found).Should().BeEmpty();
    }

    private static IEnumerable<string> Compare(KataCopy copy, Verdict verdict, IEnumerable<KeyValuePair<string, string>> dotnet)
    {
        var expected = dotnet.Select(result => $"{WithoutClass(result.Key)} {result.Value}").ToHashSet();
        var actual = verdict.Tests.Select(test => $"{test.Name} {test.Outcome}").ToHashSet();
        return expected.Except(actual).Select(test => $"{copy.Kata.Folder}, {copy.Name}: dotnet test says {test}, kata check does not")
            .Concat(actual.Except(expected).Select(test => $"{copy.Kata.Folder}, {copy.Name}: kata check says {test}, dotnet test does not"));
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
