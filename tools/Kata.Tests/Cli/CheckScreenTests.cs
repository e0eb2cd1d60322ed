using System.Text.Json.Nodes;
using Kata.Engine.Verdicts;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Cli;

public sealed class CheckScreenTests : IDisposable
{
    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();
    private readonly CliRun kata;

    public CheckScreenTests() => kata = new CliRun(clone);

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task Passing() => await Shows(Verdicts.Pass, 0, """
        ✓ 072-einsum-attention: passing, 2 of 2 tests (46 ms)

          ✓ task 1  1 of 1
          ✓ task 2  1 of 1

        Next: kata solution 72 to compare with the reference, kata for the next one.

        """);

    [Fact]
    public async Task Failing() => await Shows(Verdicts.Fail, 1, """
        ✗ 072-einsum-attention: 1 of 3 tests do not pass (46 ms)

          ✓ task 1  1 of 1
          ✗ task 2  1 of 2

        First failure, task 2: Squares three
            Expected 9, got 6.
            First difference at [0].

        Next: kata hint 72 for a nudge, kata check 72 after the next change.

        """);

    [Fact]
    public async Task Not_started() => await Shows(Verdicts.NotStarted, 1, """
        ○ 072-einsum-attention: not started, every task still throws (46 ms)

          ○ task 1  0 of 1
          ○ task 2  0 of 1

        Not written yet, task 1:
            Task 1: think.

        Next: kata hint 72 for a nudge, kata check 72 after the next change.

        """);

    [Fact]
    public async Task Not_compiling() => await Shows(Verdicts.DoesNotCompile, 1, """
        ✗ 072-einsum-attention: does not compile (46 ms)
          1 error of the compiler
          EinsumAttention.cs(6,46): CS0103: The name 'nubmer' does not exist in the
            current context

        Next: kata hint 72 for a nudge, kata check 72 after the next change.

        """);

    [Fact]
    public async Task Hanging() => await Shows(Verdicts.Timeout, 1, """
        ✗ 072-einsum-attention: took too long (46 ms)
          Squares did not end within 10 s: is there a loop that never stops?

          ✓ task 1  1 of 1
          ✗ task 2  0 of 1

        Next: kata hint 72 for a nudge, kata check 72 after the next change.

        """);

    [Fact]
    public async Task In_chinese()
    {
        kata.Variables["LANG"] = "zh_CN.UTF-8";

        await Shows(Verdicts.Fail, 1, """
            ✗ 072-einsum-attention：3 个测试中有 1 个未通过（46 毫秒）

              ✓ 任务 1  1/1
              ✗ 任务 2  1/2

            第一个失败的测试，任务 2：Squares three
                Expected 9, got 6.
                First difference at [0].

            下一步：kata hint 72 看提示，修改后再运行 kata check 72。

            """);
    }

    [Fact]
    public async Task As_json()
    {
        kata.Check = Verdicts.Fail;

        var result = await kata.RunAsync("check", "72", "--json");

        result.ExitCode.Should().Be(1);
        var json = JsonNode.Parse(result.Output)!.AsObject();
        json.Select(property => property.Key).Should().Equal(
            "kata", "verdict", "message", "tests", "compilerMessages", "hints", "notices", "milliseconds");
        json["kata"]!.GetValue<int>().Should().Be(72);
        json["verdict"]!.GetValue<string>().Should().Be("fail");
        json["tests"]![2]!.ToJsonString().Should().Be(
            """{"name":"Squares_three","task":2,"outcome":"failed","message":"Expected 9, got 6.\nFirst difference at [0].","milliseconds":0.5}""");
        json["hints"]!.AsArray().Should().BeEmpty();
        json["milliseconds"]!.ToJsonString().Should().Be("""{"compile":30,"run":12,"total":45.6}""");
    }

    [Theory]
    [InlineData(VerdictKind.Pass, "pass")]
    [InlineData(VerdictKind.Fail, "fail")]
    [InlineData(VerdictKind.NotStarted, "notStarted")]
    [InlineData(VerdictKind.DoesNotCompile, "doesNotCompile")]
    [InlineData(VerdictKind.Timeout, "timeout")]
    [InlineData(VerdictKind.Crash, "crash")]
    public async Task Verdicts_have_these_names_in_json(VerdictKind kind, string name)
    {
        kata.Check = request => Verdicts.Fail(request) with { Kind = kind };

        var result = await kata.RunAsync("check", "72", "--json");

        JsonNode.Parse(result.Output)!["verdict"]!.GetValue<string>().Should().Be(name);
        result.ExitCode.Should().Be(kind == VerdictKind.Pass ? 0 : 1);
    }

    [Fact]
    public async Task All_katas()
    {
        kata.Check = request => request.Kata.Number == 12 ? Verdicts.Fail(request) : Verdicts.Pass(request);

        var result = await kata.RunAsync("check", "--all", "--answers", "solutions");

        result.ExitCode.Should().Be(1);
        result.Output.Should().Be("""
            ✓ 055-why-scale-scores: passing, 2 of 2 tests (46 ms)
            ✓ 072-einsum-attention: passing, 2 of 2 tests (46 ms)
            ✗ 012-bpe-merges: 1 of 3 tests do not pass (46 ms)

            2 of 3 katas pass.

            """);
        kata.Requests.Should().OnlyContain(request => request.Answers == Side.Solutions && request.WorkingTests);
        (await kata.RunAsync("list")).Output.Should().Contain("0 of 3 katas passing", "the references passed, not the learner");
    }

    [Fact]
    public async Task Another_file_in_the_answers_place_is_not_the_learners_progress()
    {
        clone.Write("mine.cs", "whatever");
        kata.Check = Verdicts.Pass;

        (await kata.RunAsync("check", "72", "--file", "mine.cs")).ExitCode.Should().Be(0);

        kata.Requests.Should().ContainSingle().Which.AnswerFile.Should().Be(Path.Combine(clone.Root, "mine.cs"));
        (await kata.RunAsync("list")).Output.Should().Contain("0 of 3 katas passing");
    }

    [Fact]
    public async Task Errors_name_the_file_that_was_checked()
    {
        clone.Write("mine.cs", "whatever");
        kata.Check = Verdicts.DoesNotCompile;

        (await kata.RunAsync("check", "72", "--file", "mine.cs")).Output.Should().Contain("mine.cs(6,46): CS0103");
    }

    [Fact]
    public async Task A_verdict_with_a_notice_is_not_kept()
    {
        kata.Check = request => Verdicts.Pass(request) with { Notices = ["tests/x.cs is edited"] };

        var result = await kata.RunAsync("check", "72");

        result.Error.Should().Be("tests/x.cs is edited\n");
        (await kata.RunAsync("list")).Output.Should().Contain("0 of 3 katas passing");
    }

    [Fact]
    public async Task Mistakes_that_cannot_be_read_cost_a_hint_and_not_the_verdict()
    {
        File.Delete(Path.Combine(clone.Catalogue.Find("72", clone.Root).SolutionFolder, "mistakes.yml"));
        kata.Check = Verdicts.Fail;

        var result = await kata.RunAsync("check", "72");

        result.Output.Should().Contain("Expected 9, got 6.");
        result.Error.Should().Contain("mistakes.yml is missing");
        result.ExitCode.Should().Be(1);
    }

    [Fact]
    public async Task A_save_during_the_check_is_not_credited_with_its_verdict()
    {
        kata.Check = request =>
        {
            clone.Write(request.Kata.AnswerFile, SyntheticClone.Answer(request.Kata, "0", "0"));
            return Verdicts.Pass(request);
        };

        await kata.RunAsync("check", "72");

        (await kata.RunAsync("list")).Output.Should().Contain("0 of 3 katas passing");
    }

    [Fact]
    public async Task The_katas_own_time_limit_is_kept()
    {
        var entry = clone.Catalogue.Find("72", clone.Root);
        var statement = File.ReadAllText(entry.StatementFile("en"));
        clone.Write(entry.StatementFile("en"), statement.Replace("minutes: 40", "minutes: 40\ntimeLimit: 20"));
        kata.Check = Verdicts.Pass;

        await kata.RunAsync("check", "72");

        kata.Requests[0].TimeLimit.Should().Be(TimeSpan.FromSeconds(20));
    }

    private async Task Shows(Func<CheckRequest, Verdict> verdict, int exitCode, string screen)
    {
        kata.Check = verdict;

        var result = await kata.RunAsync("check", "72");

        result.Error.Should().BeEmpty();
        result.Output.Should().Be(screen);
        result.ExitCode.Should().Be(exitCode);
    }
}
