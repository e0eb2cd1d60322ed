using Kata.Engine.Catalogue;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Cli;

public sealed class ScreenTests : IDisposable
{
    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();
    private readonly CliRun kata;

    public ScreenTests() => kata = new CliRun(clone);

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task Overview_of_a_fresh_clone() => await Shows([], """
        0 of 3 katas passing.
        Next: 055 why-scale-scores  ○○
        Your file: katas/attention/055-why-scale-scores/WhyScaleScores.cs
        Read it: kata show 55 · test it: kata check 55 · a nudge: kata hint 55
        All katas: kata list · all commands: kata --help

        """);

    [Fact]
    public async Task Overview_of_a_kata_under_way()
    {
        WriteFirstTask("12");

        await Shows([], """
            0 of 3 katas passing.
            Under way: 012 bpe-merges  ◐○
            Your file: katas/tokens/012-bpe-merges/BpeMerges.cs
            Read it: kata show 12 · test it: kata check 12 · a nudge: kata hint 12
            All katas: kata list · all commands: kata --help

            """);
    }

    [Fact]
    public async Task List()
    {
        WriteFirstTask("12");
        kata.Check = Verdicts.Pass;
        WriteFirstTask("72");
        await kata.RunAsync("check", "72");

        await Shows(["list"], """
            attention  1 of 2
              055  ○ not started  ○○    ★★☆  Why scale the scores
              072  ● passing      ●●    ★★☆  Attention by einsum

            tokens  0 of 1
              012  ◐ in progress  ◐○    ★★☆  Merge pairs

            1 of 3 katas passing.

            """);
        await Shows(["list", "--lang", "zh"], """
            attention  1/2
              055  ○ 未开始  ○○    ★★☆  为什么要缩放分数
              072  ● 已通过  ●●    ★★☆  用 einsum 写注意力

            tokens  0/1
              012  ◐ 进行中  ◐○    ★★☆  合并字节对

            已通过 1/3 道题。

            """);
    }

    [Fact]
    public async Task List_as_json()
    {
        File.Delete(clone.Catalogue.Find("55", clone.Root).AnswerFile);
        Directory.Delete(Path.Combine(clone.Repository.Katas, "tokens"), recursive: true);
        Directory.Delete(Path.Combine(clone.Repository.Katas, "attention", "055-why-scale-scores"), recursive: true);

        await Shows(["list", "--json", "--lang=zh"], """
            [
              {
                "kata": 72,
                "folder": "072-einsum-attention",
                "chapter": "attention",
                "title": "用 einsum 写注意力",
                "status": "notStarted",
                "tasks": [
                  {
                    "task": 1,
                    "state": "open"
                  },
                  {
                    "task": 2,
                    "state": "open"
                  }
                ],
                "difficulty": 2,
                "minutes": 40,
                "needs": []
              }
            ]

            """);
    }

    [Fact]
    public async Task A_statement_that_cannot_be_read_hides_no_other_kata()
    {
        File.Delete(clone.Catalogue.Find("72", clone.Root).StatementFile("en"));

        var result = await kata.RunAsync("list");

        result.ExitCode.Should().Be(0);
        result.Output.Should().Contain("072  ○ not started  ○○         einsum attention").And.Contain("Why scale the scores");
        result.Error.Should().Contain("README.md is missing");
    }

    [Fact]
    public async Task Statement() => await Shows(["show", "72"], """
        072-einsum-attention · attention · ★★☆ · 40 minutes

        Attention by einsum
        ===================

        Question
        --------

        Double and square number.

        Task 1: Double
        --------------

            static int Double(int number)

        hint 1 of 2 — kata hint 72

        hint 2 of 2 — kata hint 72

        Task 2: Square
        --------------

        hint 1 of 1 — kata hint 72

        Your file: katas/attention/072-einsum-attention/EinsumAttention.cs
        Next: kata check 72

        """);

    [Fact]
    public async Task Hints_come_one_by_one()
    {
        await Shows(["hint", "72"], """
            Task 1: Double — hint 1 of 2

            Add it to itself.

            """);
        await Shows(["hint", "72", "--lang", "zh"], """
            任务 1：Double — 提示 2/2

            The sum of two equal numbers.

            """);
        await Shows(["hint", "72"], """
            Task 1 has no more hints (all 2 were shown). Its statement has them too; kata
            solution 72 shows the reference.

            """);
        await Shows(["hint", "72", "--task", "2"], """
            Task 2: Square — hint 1 of 1

            A product.

            """);
    }

    [Fact]
    public async Task Hints_are_for_the_first_task_that_does_not_pass()
    {
        kata.Check = Verdicts.Fail;
        await kata.RunAsync("check", "72");

        (await kata.RunAsync("hint", "72")).Output.Should().StartWith("Task 2: Square — hint 1 of 1");

        kata.Check = Verdicts.Pass;
        await kata.RunAsync("check", "72");
        (await kata.RunAsync("hint", "72")).Output.Should().Be("072-einsum-attention is passing: there is nothing to hint at.\n");
    }

    [Fact]
    public async Task Solution()
    {
        kata.Answer = true;
        await Shows(["solution", "72"], SyntheticClone.Answer(
            clone.Catalogue.Find("72", clone.Root), "number + number", "number * number") + """

            Attention by einsum
            ===================

            Because 2 + 2 = 4.

            """);
    }

    private void WriteFirstTask(string number)
    {
        KataEntry entry = clone.Catalogue.Find(number, clone.Root);
        clone.Write(entry.AnswerFile, SyntheticClone.Answer(entry, "2 * number", SyntheticClone.Throw(2)));
    }

    private async Task Shows(string[] arguments, string screen)
    {
        var result = await kata.RunAsync(arguments);

        result.Error.Should().BeEmpty();
        result.Output.Should().Be(screen);
        result.ExitCode.Should().Be(0);
    }
}
