using Kata.Rules.Shapes;
using Kata.Tests.Rules.Harness;
using Microsoft.CodeAnalysis;

namespace Kata.Tests.Shapes;

/// <summary>Every file of the course, and what a learner's file looks like while it is typed.</summary>
public class WholeFilesAreSilentTests
{
    private const int Step = 7;

    /// <summary>References, alternatives and stubs.</summary>
    public static TheoryData<string> Answers => new(
        new[] { AnswerCompilation.Repository.Solutions, AnswerCompilation.Repository.Katas }
            .SelectMany(root => Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(AnswerCompilation.Repository.Root, file)));

    [Theory, MemberData(nameof(Answers))]
    public void Correct_file(string file) => Diagnose(Read(file)).Should().BeEmpty();

    [Theory, MemberData(nameof(Answers))]
    public void File_that_is_still_being_typed(string file)
    {
        var source = Read(file);

        // A rule that throws fails the test; half a file may already show a misfit.
        var act = () =>
        {
            for (var length = 0; length < source.Length; length += Step)
            {
                Diagnose(source[..length]);
            }
        };

        act.Should().NotThrow();
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(AnswerCompilation.Repository.Root, file));

    private static IEnumerable<string> Diagnose(string source) =>
        AnswerCompilation.Of(source, "/katas/chapter/055-snippet/Snippet.cs").Diagnose([new MatrixShapesMustFit()])
            .Select(diagnostic => diagnostic.GetMessage());
}
