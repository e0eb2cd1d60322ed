using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Kata.Engine.Verdicts;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Progress;

public sealed class ProgressReaderTests : IDisposable
{
    private static readonly Timing NoTime = new(0, 0, 0);
    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();
    private readonly KataEntry kata;

    public ProgressReaderTests() => kata = clone.Catalogue.Find("72", clone.Root);

    public void Dispose() => clone.Dispose();

    [Fact]
    public void A_stub_is_not_started()
    {
        var progress = Read();

        progress.Status.Should().Be(KataStatus.NotStarted);
        progress.Tasks.Should().Equal(new TaskProgress(1, TaskState.Open), new TaskProgress(2, TaskState.Open));
    }

    [Fact]
    public void A_written_task_is_in_progress()
    {
        Answer("2 * number", SyntheticClone.Throw(2));

        var progress = Read();

        progress.Status.Should().Be(KataStatus.InProgress);
        progress.Tasks.Should().Equal(new TaskProgress(1, TaskState.Written), new TaskProgress(2, TaskState.Open));
    }

    [Fact]
    public void A_stub_without_its_documentation_is_in_progress()
    {
        var stub = SyntheticClone.Answer(kata, "2 * number", SyntheticClone.Throw(2)).Split('\n');
        File.WriteAllLines(kata.AnswerFile, stub.Where(line => !line.Contains("///", StringComparison.Ordinal)));

        Read().Status.Should().Be(KataStatus.InProgress);
    }

    [Fact]
    public void A_throw_in_a_comment_is_no_open_task()
    {
        Answer("2 * number", $"number * number;\n    // {SyntheticClone.Throw(2)}");

        Read().Tasks.Should().OnlyContain(task => task.State == TaskState.Written);
    }

    [Fact]
    public void A_verdict_on_the_present_content_speaks_until_the_answer_changes()
    {
        Answer("2 * number", "number * number");
        Keep(VerdictKind.Pass, TestOutcome.Passed);

        Read().Status.Should().Be(KataStatus.Passing);

        Answer("2 * number", "number * number + 1");
        Read().Status.Should().Be(KataStatus.InProgress);

        Answer("2 * number", "number * number");
        Read().Status.Should().Be(KataStatus.Passing, "the verdict on this content is still true");
    }

    [Fact]
    public void A_verdict_does_not_outlive_the_tests_it_was_reached_on()
    {
        Answer("2 * number", "number * number");
        Keep(VerdictKind.Pass, TestOutcome.Passed);

        clone.Write(Path.Combine(kata.TestFolder, "EinsumAttentionTests.cs"), "// one more test");

        Read().Status.Should().Be(KataStatus.InProgress);
    }

    [Fact]
    public void A_task_passes_by_its_own_tests()
    {
        Answer("2 * number", "number");
        Keep(VerdictKind.Fail, TestOutcome.Failed);

        var progress = Read();

        progress.Status.Should().Be(KataStatus.InProgress);
        progress.Tasks.Should().Equal(new TaskProgress(1, TaskState.Passing), new TaskProgress(2, TaskState.Written));
    }

    [Fact]
    public void A_damaged_verdict_is_as_good_as_none()
    {
        Answer("2 * number", "number * number");
        Keep(VerdictKind.Pass, TestOutcome.Passed);
        var file = Directory.GetFiles(Path.Combine(clone.Repository.State, "verdicts", "072")).Single();
        File.WriteAllText(file, "{\"Kata\": 72, ");

        Read().Status.Should().Be(KataStatus.InProgress);
    }

    [Fact]
    public void Only_the_last_verdicts_are_kept()
    {
        for (var i = 0; i < 20; i++)
        {
            Answer($"{i}", "number");
            Keep(VerdictKind.Fail, TestOutcome.Failed);
        }

        Directory.GetFiles(Path.Combine(clone.Repository.State, "verdicts", "072")).Should().HaveCount(8);
        Read().Tasks[0].State.Should().Be(TaskState.Passing, "the newest is among them");
    }

    [Fact]
    public void A_verdict_that_cannot_be_kept_is_a_notice()
    {
        clone.Write(".kata", "a file where a folder should be");

        new VerdictCache(clone.Repository).Keep(kata, "", VerdictOf(VerdictKind.Fail, TestOutcome.Failed))
            .Should().Contain("could not be written").And.NotContain("\n");
    }

    [Fact]
    public async Task Two_processes_may_keep_verdicts_at_once()
    {
        Answer("2 * number", "number * number");
        var verdict = VerdictOf(VerdictKind.Pass, TestOutcome.Passed);
        var text = File.ReadAllText(kata.AnswerFile);

        await Parallel.ForEachAsync(Enumerable.Range(0, 200), (_, _) =>
        {
            new VerdictCache(clone.Repository).Keep(kata, text, verdict).Should().BeNull();
            Read().Status.Should().Be(KataStatus.Passing);
            return ValueTask.CompletedTask;
        });

        Directory.GetFiles(Path.Combine(clone.Repository.State, "verdicts", "072")).Should().ContainSingle();
    }

    private static Verdict VerdictOf(VerdictKind kind, TestOutcome second) => new(
        72, kind, null,
        [new("Doubles", 1, TestOutcome.Passed, null, null, 1), new("Squares", 2, second, null, null, 1)],
        [], [], "", NoTime);

    private void Answer(string first, string second) => clone.Write(kata.AnswerFile, SyntheticClone.Answer(kata, first, second));

    private void Keep(VerdictKind kind, TestOutcome second) =>
        new VerdictCache(clone.Repository).Keep(kata, File.ReadAllText(kata.AnswerFile), VerdictOf(kind, second)).Should().BeNull();

    private KataProgress Read() => new ProgressReader(new VerdictCache(clone.Repository)).Read(kata);
}
