using Kata.Engine.Verify;
using Kata.Rules;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Together;

/// <summary>Rules run at every keystroke: no half-written file may make one throw.</summary>
public class UnfinishedCodeTests
{
    private const int Step = 809;
    private const string EveryRule = """
        ---
        rules: [KATA003, KATA004, KATA005, KATA006, KATA012, "KATA013 n m", "KATA014 Attention MaskedSoftmax Train", "KATA015 Attention Einsum"]
        ---
        """;

    public static TheoryData<string> Answers => new(
        Directory.GetFiles(AnswerCompilation.Repository.Solutions, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(AnswerCompilation.Repository.Root, file)));

    public static TheoryData<string> Garbled => new(
        "",
        "{{{{",
        "public static class C { public static double F(",
        "public static class C { static double F(double[] x) => x.Select(v => v / ).ToArray( }",
        "public static class C { static void F(Matrix<double> m) { m[ = 1; m.SetRow(; for (;;) { m. } } }",
        "public static class C { static double F(int a, int b) { double c = a / ; return 1 / ; } catch { } }",
        "class C { double F(string s) { foreach (var c in s { s.Reverse(.ToString() } switch (s) { case: } } }",
        "class C { Vector<double> F(Vector<double> x) { var e = x.PointwiseExp(1, 2, 3); return e / e.Sum(e).Sum(; } }",
        "class C { double F() => F() + G(G); double G(Func<double> f) => f(f)(1) / 0 == double.NaN ? throw : G; }",
        "class C { void F() { goto a; a: while (true) { break; continue; } int i = i; (var x, y) = (1, x); x = y = z; } }");

    [Theory, MemberData(nameof(Answers))]
    public void Every_beginning_of_an_answer(string file)
    {
        var source = File.ReadAllText(Path.Combine(AnswerCompilation.Repository.Root, file));
        for (var length = 0; length < source.Length; length += Step)
        {
            Diagnose(source[..length]);
        }
    }

    [Theory, MemberData(nameof(Garbled))]
    public void Garbled_source(string source) => Diagnose(source);

    [Fact]
    public void A_call_that_is_not_resolved_does_not_hide_what_is_above_it() =>
        Diagnose("""
            public static class Snippet
            {
                public static double[] F(double[] x)
                {
                    var e = x.Select(Math.Exp).ToArray();
                    var p = e.Select(v => v / e.Sum()).ToArray();
                    return p.Foo(
                }
            }
            """).Should().Contain(RuleIds.SubtractTheMaximumBeforeTheExponential);

    /// <summary>The harness fails the test with the exception of a rule that throws.</summary>
    private static IEnumerable<string> Diagnose(string source) =>
        AnswerCompilation.Of(source, "/katas/chapter/055-snippet/Snippet.cs")
            .Diagnose(RuleCatalogue.All, new InMemoryText("/katas/chapter/055-snippet/README.md", EveryRule))
            .Select(diagnostic => diagnostic.Id);
}
