using Kata.Engine.Mistakes;
using Kata.Engine.Verify;

namespace Kata.Tests.Verify;

public class MutationTestTests
{
    private const string Report = """
        {"files": {"A.cs": {"mutants": [
          {"status": "Killed", "replacement": "a - b", "location": {"start": {"line": 1}}},
          {"status": "Timeout", "replacement": "while (true)", "location": {"start": {"line": 1}}},
          {"status": "Survived", "replacement": "a >= b", "location": {"start": {"line": 2}}},
          {"status": "NoCoverage", "replacement": "", "location": {"start": {"line": 3}}},
          {"status": "Ignored", "replacement": "{}", "location": {"start": {"line": 1}}},
          {"status": "CompileError", "replacement": "x", "location": {"start": {"line": 1}}}
        ]}}}
        """;

    private static readonly string[] Source = ["a + b", "  if (a > b)", "  Guard(a);"];

    [Fact]
    public void Counts_what_was_killed_and_names_what_was_not()
    {
        var score = MutationTest.Read(Report, Source, []);

        score.Killed.Should().Be(2);
        score.Survivors.Should().Equal(new Survivor(2, "if (a > b)", "a >= b", null), new Survivor(3, "Guard(a);", "", null));
        score.Percent.Should().Be(50);
    }

    [Fact]
    public void Leaves_out_of_the_count_what_is_known_to_be_equivalent()
    {
        var score = MutationTest.Read(Report, Source, [new EquivalentMutant("Guard(a)", "", "the library checks the same")]);

        score.Survivors[1].Reason.Should().Be("the library checks the same");
        score.Percent.Should().BeApproximately(200.0 / 3, 1e-9);
    }

    [Theory]
    [InlineData("if (a > b)", "a >= b", true)]
    [InlineData("if (a > b)", "  a  >=\n b", true)]
    [InlineData("if (a > b)", "a < b", false)]
    [InlineData("if (a > b)", "a >= b || c", false)]
    [InlineData("if (b > a)", "a >= b", false)]
    public void A_mutation_is_excused_only_with_what_it_puts_there(string line, string replacement, bool isExcused) =>
        new EquivalentMutant("(a > b)", "a >= b", "they are never equal").Is(line, replacement).Should().Be(isExcused);

    [Fact]
    public void A_long_replacement_may_be_cut() =>
        new EquivalentMutant("F(", "(true ? F(…", "always").Is("x = F(1);", "(true ? F(1) : throw new E())").Should().BeTrue();
}
