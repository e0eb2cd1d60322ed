using Kata.Engine.Verdicts;
using Kata.Tests.Support;

namespace Kata.Tests.Compile;

/// <summary>Answers that do not compile, and answers whose signatures are not the stub's.</summary>
public class CompilerMessageTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Fact]
    public async Task An_error_is_one_line_with_its_place()
    {
        var lines = clone.Reference.Split('\n').ToList();
        lines.Insert(1, "  int x = ;");
        var verdict = await clone.CheckAsync(string.Join('\n', lines));

        verdict.Kind.Should().Be(VerdictKind.DoesNotCompile);
        verdict.CompilerMessages.Should().Contain(message => message.Id == "CS1525" && message.Line == 2 && message.Column == 11);
    }

    [Theory]
    [InlineData("using Xunit;", "CS0246")]
    [InlineData("using FluentAssertions;", "CS0246")]
    public async Task An_answer_has_the_packages_of_its_project_and_no_others(string line, string id)
    {
        var verdict = await clone.CheckAsync($"{line}\n{clone.Reference}");

        verdict.CompilerMessages.Should().ContainSingle().Which.Should().Match<CompilerMessage>(message => message.Id == id && message.Line == 1);
    }

    [Fact]
    public async Task A_warning_is_no_error() =>
        (await clone.CheckAsync(clone.Reference.WithMember("private static int Unused() { int nothing; return 1; }"))).Kind.Should().Be(VerdictKind.Pass);

    [Fact]
    public async Task Symbols_are_those_of_a_debug_build() =>
        (await clone.CheckAsync($"{clone.Reference}\n#if !DEBUG || !NET10_0_OR_GREATER || !TRACE\n#error not as MSBuild\n#endif\n")).Kind.Should().Be(VerdictKind.Pass);

    [Theory]
    [InlineData("Matrix<double> queries,", "Matrix<double> questions,")]
    [InlineData("public static double ScoreVariance", "public static float ScoreVariance")]
    [InlineData("public static double ScoreVariance", "internal static double ScoreVariance")]
    [InlineData("double ScoreVariance(", "double Variance(")]
    public async Task A_changed_signature_is_named_with_its_original(string from, string to)
    {
        var at = clone.Stub.IndexOf(from, clone.Stub.IndexOf("ScoreVariance", StringComparison.Ordinal) - 30, StringComparison.Ordinal);
        var answer = clone.Stub.Remove(at, from.Length).Insert(at, to);

        var verdict = await clone.CheckAsync(answer);

        verdict.Kind.Should().Be(VerdictKind.DoesNotCompile);
        verdict.Message.Should().Contain("double Kata055.WhyScaleScores.ScoreVariance(MathNet.Numerics.LinearAlgebra.Matrix<double> queries, MathNet.Numerics.LinearAlgebra.Matrix<double> keys)");
    }

    [Fact]
    public async Task More_than_the_stub_has_is_allowed()
    {
        var verdict = await clone.CheckAsync(clone.Reference.WithMember("public static double Helper(int n = 3) => n;"));

        verdict.Kind.Should().Be(VerdictKind.Pass, verdict.Message);
    }
}
