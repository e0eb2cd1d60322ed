using Kata.Engine.Verdicts;
using Kata.Tests.Support;

namespace Kata.Tests.Hostile;

/// <summary>Whatever an answer does, it gets its own verdict, and the next check is a check as every other.</summary>
public class HostileAnswerTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    public static TheoryData<string> Names => [.. HostileAnswers.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task An_answer_that_does_harm_costs_only_its_own_verdict(string name)
    {
        var row = HostileAnswers.All[name];
        var answer = clone.Reference.WithBody("ScoreVariance", row.Statements, row.Members);

        var verdict = await clone.CheckAsync(answer, row.TimeLimitSeconds);

        verdict.CompilerMessages.Should().BeEmpty();
        verdict.Kind.Should().Be(row.Kind, "{0} is one (it said: {1})", name, verdict.Message);
        if (row.Message is null)
        {
            verdict.Message.Should().BeNull();
        }
        else
        {
            verdict.Message.Should().MatchRegex(row.Message).And.NotContain("\n", "it is one line");
        }

        if (row.NamesTest)
        {
            verdict.Tests.Should().Contain(test => verdict.Message!.Contains(test.Name), "'{0}' names a test", verdict.Message);
        }

        var next = await clone.CheckAsync(clone.Reference);
        next.Kind.Should().Be(VerdictKind.Pass, "a check after {0} is a check as every other (it said: {1})", name, next.Message);
    }
}
