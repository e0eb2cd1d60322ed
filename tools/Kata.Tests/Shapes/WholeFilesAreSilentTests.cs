using Kata.Rules.Shapes;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Shapes;

/// <summary>Every answer of the course, and what a learner's file looks like while it is typed.</summary>
public class WholeFilesAreSilentTests
{
    private const int Step = 7;
    private const string Path = "/katas/chapter/055-snippet/Snippet.cs";

    /// <summary>References, alternatives and stubs.</summary>
    public static TheoryData<string> Answers => new(
        Directory.GetFiles(AnswerCompilation.Repository.Katas, "*.cs", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(AnswerCompilation.Repository.Root, file))
            .Concat(AnswerCompilation.CorrectAnswers));

    [Theory, MemberData(nameof(Answers))]
    public void Correct_file(string file) => Diagnose(Read(file)).Should().BeEmpty();

    [Fact]
    public void Matrices_while_they_are_typed() => EveryBeginning(Read("solutions/attention/055-why-scale-scores/WhyScaleScores.cs"));

    [Fact]
    public void Tensors_local_functions_and_iterators_while_they_are_typed() => EveryBeginning("""
        public static class Snippet
        {
            [return: Shape("b", "n", "m")]
            public static Tensor<double> Scores([Shape("b", "n", "d")] Tensor<double> q, [Shape("b", "m", "d")] Tensor<double> k)
            {
                var (batch, width) = (q.Lengths[0], Size: q.Lengths[^1]);
                var result = Tensor.CreateFromShape<double>([batch, q.Lengths[1], k.Lengths[1]]);
                foreach (var (i, row) in Rows(2).Select((row, i) => (i, row)).Where(pair => pair.i % 2 == 0))
                {
                    try { result[0, 0, i] += row?.Sum() ?? throw new ArgumentException($"row {i}"); }
                    catch (IndexOutOfRangeException) when (i > width) { continue; }
                    finally { batch--; }
                }

                return Tensor.Reshape(result, [.. result.Lengths]);

                static IEnumerable<Vector<double>?> Rows(int count)
                {
                    for (var i = 0; i < count; i++)
                    {
                        yield return i switch { 0 => null, _ => Vector<double>.Build.Dense(new[] { 1.0, i }) };
                    }
                }
            }
        }
        """);

    /// <summary>Half a file may already show a misfit, but a rule that throws fails the test.</summary>
    private static void EveryBeginning(string source)
    {
        var whole = AnswerCompilation.Of(source, Path);
        var tree = whole.SyntaxTrees[^1];
        var act = () =>
        {
            for (var length = 0; length < source.Length; length += Step)
            {
                whole.ReplaceSyntaxTree(tree, AnswerCompilation.Parse(source[..length], Path)).Diagnose([new MatrixShapesMustFit()]);
            }
        };

        act.Should().NotThrow();
    }

    private static string Read(string file) => File.ReadAllText(System.IO.Path.Combine(AnswerCompilation.Repository.Root, file));

    private static IEnumerable<string> Diagnose(string source) =>
        AnswerCompilation.Of(source, Path).Diagnose([new MatrixShapesMustFit()])
            .Select(diagnostic => diagnostic.GetMessage());
}
