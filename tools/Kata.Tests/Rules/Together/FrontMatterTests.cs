using Kata.Engine.Verify;
using Kata.Rules.Course;
using Kata.Rules.Softmax;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Together;

/// <summary>Which rules speak is said by the statement in the folder of the same name.</summary>
public class FrontMatterTests
{
    private const string Unscaled = """
        public static class Snippet
        {
            public static Matrix<double> Attention(Matrix<double> q, Matrix<double> k) =>
                (q * k.Transpose()).PointwiseExp() is var e ? e.NormalizeRows(1) : e;
        }
        """;

    [Theory]
    [InlineData("---\nrules: [KATA004]\n---\n", true)]
    [InlineData("---\ndifficulty: 1\nrules: [ KATA005, \"KATA004\" ] # why\nneeds: []\n---\n", true)]
    [InlineData("---\nrules:\n  - KATA005\n  - KATA004\n---\n", true)]
    [InlineData("---\r\nrules: ['KATA004']\r\n---\r\n", true)]
    [InlineData("---\nrules: [KATA005]\n---\nrules: [KATA004]\n", false)]
    [InlineData("---\ndifficulty: 1\n---\n", false)]
    [InlineData("# A statement without front matter", false)]
    [InlineData("", false)]
    public void A_rule_that_must_be_asked_for(string statement, bool speaks) =>
        Speaks(new ScaleTheScoresBeforeTheSoftmax(), "/katas/c/055-snippet/Snippet.cs", ("/katas/c/055-snippet/README.md", statement)).Should().Be(speaks);

    [Theory]
    [InlineData("---\nrules: []\n---\n", true)]
    [InlineData("---\nrules: [-KATA001]\n---\n", false)]
    public void A_general_rule_can_be_switched_off(string statement, bool speaks) =>
        Speaks(new SubtractTheMaximumBeforeTheExponential(), "/katas/c/055-snippet/Snippet.cs", ("/katas/c/055-snippet/README.md", statement)).Should().Be(speaks);

    [Fact]
    public void Another_kata_s_statement_does_not_count() =>
        Speaks(
            new ScaleTheScoresBeforeTheSoftmax(),
            "/katas/c/055-snippet/Snippet.cs",
            ("/katas/c/055-snippet/README.md", "---\n---\n"),
            ("/katas/c/072-other/README.md", "---\nrules: [KATA004]\n---\n")).Should().BeFalse();

    [Fact]
    public void A_file_from_elsewhere_belongs_to_the_only_kata_there_is() =>
        Speaks(new ScaleTheScoresBeforeTheSoftmax(), "/home/me/try.cs", ("/katas/c/055-snippet/README.md", "---\nrules: [KATA004]\n---\n")).Should().BeTrue();

    [Fact]
    public void An_entry_s_arguments_go_to_its_rule()
    {
        const string source = "public static class Snippet { public static void Attention() { while (true) { } } }";
        Speaks(new WriteItWithoutALoop(), "/katas/c/072-x/X.cs", source, ("/katas/c/072-x/README.md", "---\nrules: [\"KATA014 Other Attention\"]\n---\n")).Should().BeTrue();
        Speaks(new WriteItWithoutALoop(), "/katas/c/072-x/X.cs", source, ("/katas/c/072-x/README.md", "---\nrules: [\"KATA014 Other\"]\n---\n")).Should().BeFalse();
    }

    private static bool Speaks(Microsoft.CodeAnalysis.Diagnostics.DiagnosticAnalyzer rule, string path, params (string Path, string Text)[] files) =>
        Speaks(rule, path, Unscaled, files);

    private static bool Speaks(Microsoft.CodeAnalysis.Diagnostics.DiagnosticAnalyzer rule, string path, string source, params (string Path, string Text)[] files) =>
        AnswerCompilation.Of(source, path).Diagnose([rule], files.Select(file => new InMemoryText(file.Path, file.Text))).Any();
}
