using Kata.Engine.Catalogue;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Cli;

public sealed class AnswerCommandTests : IDisposable
{
    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();
    private readonly CliRun kata;
    private readonly KataEntry einsum;

    public AnswerCommandTests()
    {
        kata = new CliRun(clone);
        einsum = clone.Catalogue.Find("72", clone.Root);
    }

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task A_refused_solution_shows_nothing()
    {
        kata.Answer = false;

        var result = await kata.RunAsync("solution", "72");

        result.Output.Should().BeEmpty();
        result.ExitCode.Should().Be(1);
    }

    [Fact]
    public async Task A_solution_asks_nothing_with_yes_or_when_the_kata_passes()
    {
        (await kata.RunAsync("solution", "72", "--yes")).Output.Should().Contain("number * number");

        kata.Check = Verdicts.Pass;
        await kata.RunAsync("check", "72");
        var passing = await kata.RunAsync("solution", "72", "--lang", "zh");
        passing.Output.Should().Contain("number * number").And.Contain("因为 2 + 2 = 4。");
        passing.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Reset_says_where_the_answer_is_kept()
    {
        clone.Commit();
        clone.Write(einsum.AnswerFile, "mine");

        var result = await kata.RunAsync("reset", "72");

        result.Output.Should().MatchRegex(
            @"^072-einsum-attention is as it was at first; your answer is kept in \.kata/backups/[0-9-]+-072-einsum-attention/EinsumAttention\.cs\n$");
        (await kata.RunAsync("reset", "72")).Output.Should().Contain("nothing was changed");
    }

    [Fact]
    public async Task Reset_all_resets_what_was_changed()
    {
        clone.Commit();
        foreach (var entry in clone.Catalogue.Katas.Take(2))
        {
            clone.Write(entry.AnswerFile, "mine");
        }

        var result = await kata.RunAsync("reset", "--all");

        result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(2);
        clone.Catalogue.Katas.Should().OnlyContain(entry => File.ReadAllText(entry.AnswerFile) == SyntheticClone.Stub(entry));
        Directory.GetFiles(Path.Combine(clone.Repository.State, "backups"), "*.cs", SearchOption.AllDirectories)
            .Should().HaveCount(2).And.OnlyContain(file => File.ReadAllText(file) == "mine");
    }

    [Fact]
    public async Task Hints_begin_again_after_a_reset()
    {
        clone.Commit();
        clone.Write(einsum.AnswerFile, "mine");
        await kata.RunAsync("hint", "72");
        await kata.RunAsync("reset", "72");

        (await kata.RunAsync("hint", "72")).Output.Should().StartWith("Task 1: Double — hint 1 of 2");
    }

    [Fact]
    public async Task A_hint_that_cannot_be_remembered_is_shown_all_the_same()
    {
        clone.Write(".kata", "a file where a folder should be");

        var result = await kata.RunAsync("hint", "72");

        result.Output.Should().Contain("Add it to itself.");
        result.Error.Should().Contain("could not be written");
        result.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Answers_are_exported_and_imported()
    {
        var answer = SyntheticClone.Answer(einsum, "2 * number", SyntheticClone.Throw(2));
        clone.Write(einsum.AnswerFile, answer);

        (await kata.RunAsync("export", "answers.json")).Output.Should().Be("1 answers written to answers.json\n");
        (await kata.RunAsync("import", "answers.json")).Output.Should().Be("0 answers imported, 1 the same already\n");

        clone.Write(einsum.AnswerFile, "something else");
        var import = await kata.RunAsync("import", "answers.json");
        import.Output.Should().MatchRegex(@"^072-einsum-attention imported; what was there is kept in \.kata/backups/\S+\n1 answers imported, 0 the same already\n$");
        File.ReadAllText(einsum.AnswerFile).Should().Be(answer);
    }

    [Fact]
    public async Task Katas_that_are_not_here_are_named_and_the_others_imported()
    {
        clone.Write("answers.json", """{"format": "kata-answers-1", "answers": {"072-einsum-attention": "new", "999-later": "x"}}""");

        var result = await kata.RunAsync("import", "answers.json");

        result.Error.Should().Be("left out, as this clone has no such kata: 999-later; pull the newest katas and import again\n");
        result.ExitCode.Should().Be(1);
        File.ReadAllText(einsum.AnswerFile).Should().Be("new");
    }
}
