using Kata.Engine.Verify;
using Kata.Rules;
using Kata.Tests.Rules.Harness;
using Microsoft.CodeAnalysis;

namespace Kata.Tests.Rules.Together;

/// <summary>A hint on correct code costs more trust than a missed mistake: references and alternatives get none.</summary>
public class CorrectAnswersAreSilentTests
{
    /// <summary>Rules that katas ask for, and that hold for every attention in the course.</summary>
    private const string OnScores = "rules: [KATA003, KATA004, KATA005, KATA006]";

    public static TheoryData<string> Answers => new(AnswerCompilation.CorrectAnswers);

    [Theory, MemberData(nameof(Answers))]
    public void Under_the_rules_of_its_own_kata(string file) => Hints(file, statement => statement).Should().BeEmpty();

    [Theory, MemberData(nameof(Answers))]
    public void Under_the_rules_on_scores(string file) =>
        Hints(file, statement => statement.Replace("difficulty:", $"{OnScores}\ndifficulty:", StringComparison.Ordinal)).Should().BeEmpty();

    private static IEnumerable<string> Hints(string file, Func<string, string> withRules)
    {
        var repository = AnswerCompilation.Repository;
        var folder = Path.GetRelativePath(repository.Solutions, Path.Combine(repository.Root, file)).Split(Path.DirectorySeparatorChar);
        var kata = Path.Combine(folder[0], folder[1]);
        var tests = Directory.GetFiles(Path.Combine(repository.Tests, kata))
            .Where(path => path.EndsWith("Tests.cs", StringComparison.Ordinal) || path.EndsWith("golden.json", StringComparison.Ordinal))
            .Select(path => new InMemoryText(path, File.ReadAllText(path)));
        var readme = Path.Combine(repository.Katas, kata, "README.md");
        var compilation = AnswerCompilation.Of(
            File.ReadAllText(Path.Combine(repository.Root, file)), Path.Combine(repository.Katas, kata, Path.GetFileName(file)));
        return compilation.Diagnose(RuleCatalogue.All, [new InMemoryText(readme, withRules(File.ReadAllText(readme))), .. tests])
            .Where(diagnostic => RuleCatalogue.SeverityOf(diagnostic.Descriptor) != RuleSeverity.Celebratory)
            .Select(diagnostic => $"{diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1}: {diagnostic.Id} {diagnostic.GetMessage()}");
    }
}
