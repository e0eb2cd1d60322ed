using Kata.Engine.Verdicts;
using Kata.Engine.Verify;
using Kata.Rules;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Verify;

public class RuleQualityTests
{
    [Fact]
    public void Bad_snippets_are_read_with_the_statement_they_are_tried_under()
    {
        const string Source = """
            public class OneTests : RuleTests<One>
            {
                private const string Helper = " int G() => 1;";
                protected override string RuleEntries => "\"KATA013 n\"";

                [Theory, InlineData("int F() => [|1|];"), InlineData("int F() => [|2|];" + Helper)]
                public void Bad(string members) => ShouldReport(members);

                [Theory, InlineData("int F() => 3;")]
                public void Good(string members) => ShouldBeSilent(members);

                [Fact]
                public void Alone() => ShouldReport("int F() => [|4|];");
            }
            """;

        var group = RuleSnippets.Of([Source, "public class OtherTests : RuleTests<Other> { }"], "One").Should().ContainSingle().Which;

        group.Entries.Should().Be("\"KATA013 n\"");
        group.Statement.Should().Be("# A kata");
        group.Snippets.Should().Equal("int F() => [|1|];", "int F() => [|2|]; int G() => 1;", "int F() => [|4|];");
    }

    [Fact]
    public async Task Every_rule_fires_on_each_of_its_bad_snippets()
    {
        await using var checker = new Checker(AnswerCompilation.Repository);

        var scores = await new RuleQuality(AnswerCompilation.Repository, checker).MeasureAsync(CancellationToken.None);

        scores.Should().HaveCount(RuleCatalogue.All.Length).And.OnlyContain(score => score.Snippets > 0 && score.Fires == score.Snippets);
    }
}
