using Kata.Engine.Verdicts;
using Kata.Runner;
using Kata.Runner.Protocol;
using Kata.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Kata.Tests.Run;

/// <summary>Tests that a child prepares ahead get the answer of their own run, and no other.</summary>
public class PreparationTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Fact]
    public async Task Each_run_sees_its_own_answer()
    {
        for (var round = 0; round < 3; round++)
        {
            (await clone.CheckAsync(clone.Reference)).Kind.Should().Be(VerdictKind.Pass);
            (await clone.CheckAsync(clone.Stub)).Kind.Should().Be(VerdictKind.NotStarted);
        }
    }

    [Fact]
    public async Task Statics_of_answer_and_tests_begin_anew_with_each_run()
    {
        var counting = clone.Reference.WithBody(
            "ScoreVariance", "Count++; return Count;", "private static double Count;");

        var first = await clone.CheckAsync(counting);
        var second = await clone.CheckAsync(counting);

        second.Tests.Select(test => test.Message).Should().Equal(first.Tests.Select(test => test.Message));
    }

    [Theory]
    [InlineData("public class NamingTests { [Xunit.Fact] public void Holds() => new Holder().Held.ToString(); struct Holder { public Answer Held; } }", true)]
    [InlineData("public class NamingTests { [Xunit.Fact] public void Holds() { } public Answer Held; }", false)]
    public void What_only_a_test_itself_needs_the_answer_for_does_not_keep_tests_from_being_prepared(string tests, bool isReady)
    {
        var answer = Compiled.Library("Answers", "public struct Answer { }");
        var library = Compiled.Library("Tests", $"namespace Kata055; {tests}", answer.ToMetadataReference());
        var preparation = new Preparation(new TestsRequest("tests", Compiled.Bytes(library), null));

        preparation.Renew();

        preparation.IsReady.Should().Be(isReady);
    }

    [Theory]
    [InlineData("[Theory, Task(1), InlineData(typeof(WhyScaleScores))] public void Is_named(Type type) => type.Name.Should().Be(\"WhyScaleScores\");")]
    [InlineData("[Fact, Task(1)] public void Is_held() => Held.Should().Be(default(WhyScaleScores.Pair)); private WhyScaleScores.Pair Held;")]
    [InlineData("[Theory, Task(1), MemberData(nameof(Pairs))] public void Is_given(WhyScaleScores.Pair pair) => pair.Sum.Should().Be(3); public static TheoryData<WhyScaleScores.Pair> Pairs => new(new WhyScaleScores.Pair(1, 2));")]
    public async Task Tests_that_need_the_answer_to_be_discovered_are_discovered_with_it(string test)
    {
        var tests = Path.Combine(clone.Kata.TestFolder, $"{clone.Kata.ClassName}Tests.cs");
        var original = await File.ReadAllTextAsync(tests);
        var reference = clone.Reference;
        var answer = reference.WithMember("public readonly record struct Pair(int First, int Second) { public int Sum => First + Second; }");
        try
        {
            await File.WriteAllTextAsync(tests, $"namespace Kata055; public class NamingTests {{ {test} }}");
            await File.WriteAllTextAsync(clone.Kata.SolutionFile, answer);
            for (var round = 0; round < 3; round++)
            {
                var verdict = await clone.Checker.CheckAsync(new CheckRequest(clone.Kata, AnswerText: $"{answer}// {round}", WorkingTests: true));
                verdict.Kind.Should().Be(VerdictKind.Pass, verdict.Message ?? verdict.Tests.FirstOrDefault()?.Message);
            }
        }
        finally
        {
            await File.WriteAllTextAsync(tests, original);
            await File.WriteAllTextAsync(clone.Kata.SolutionFile, reference);
        }
    }
}
