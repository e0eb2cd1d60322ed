using Kata.Engine.Verdicts;
using Kata.Tests.Support;

namespace Kata.Tests.Hostile;

/// <summary>Files that vanish, are edited or cannot be written.</summary>
public class FilesTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Fact]
    public async Task An_answer_that_deletes_itself_during_the_check_is_judged_by_what_it_was()
    {
        var copy = Path.Combine(clone.Repository.Root, "copy.cs");
        File.WriteAllText(copy, clone.Reference.WithMember($"static WhyScaleScores() => System.IO.File.Delete(@\"{copy}\");"));

        var verdict = await clone.Checker.CheckAsync(new CheckRequest(clone.Kata, AnswerFile: copy));

        verdict.Kind.Should().Be(VerdictKind.Pass, verdict.Message);
        File.Exists(copy).Should().BeFalse();
    }

    [Fact]
    public async Task Test_data_that_an_answer_deletes_is_named_and_the_committed_data_is_used_afterwards()
    {
        var data = Path.Combine(clone.Kata.TestFolder, "data.json");
        File.WriteAllText(data, "{}");
        clone.Commit();

        var deleting = await clone.CheckAsync(clone.Reference.WithMember($"static WhyScaleScores() => System.IO.File.Delete(@\"{data}\");"));
        deleting.Notices.Should().ContainSingle().Which.Should().Contain("data.json was deleted during the run");

        var next = await clone.CheckAsync(clone.Reference);
        next.Kind.Should().Be(VerdictKind.Pass, next.Message);
        next.Notices.Should().ContainSingle().Which.Should().Contain("data.json is edited");

        clone.Git("checkout", "HEAD", "--", "tests");
        (await clone.CheckAsync(clone.Reference)).Notices.Should().BeEmpty();
    }

    [Fact]
    public async Task Edited_tests_are_not_used_for_a_learner_and_are_for_an_author()
    {
        var tests = Path.Combine(clone.Kata.TestFolder, $"{clone.Kata.ClassName}Tests.cs");
        var original = File.ReadAllText(tests);
        File.WriteAllText(tests, "namespace Kata055; public class EasyTests { [Fact, Task(1)] public void Everything_is_fine() { } }");

        var learner = await clone.CheckAsync(clone.Stub);
        var author = await clone.Checker.CheckAsync(new CheckRequest(clone.Kata, AnswerText: clone.Stub, WorkingTests: true));
        File.WriteAllText(tests, original);
        var restored = await clone.CheckAsync(clone.Stub);

        learner.Kind.Should().Be(VerdictKind.NotStarted, learner.Message);
        learner.Notices.Should().ContainSingle().Which.Should().Contain("WhyScaleScoresTests.cs is edited");
        author.Kind.Should().Be(VerdictKind.Pass, author.Message);
        author.Tests.Should().ContainSingle().Which.Name.Should().Be("Everything_is_fine");
        restored.Kind.Should().Be(VerdictKind.NotStarted);
        restored.Notices.Should().BeEmpty();
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_costs_no_verdict()
    {
        await using var other = new CloneFixture();
        Directory.CreateDirectory(other.Repository.State);
        File.WriteAllText(Path.Combine(other.Repository.State, "tests"), "a file where the folder should be");

        (await other.CheckAsync(other.Reference)).Kind.Should().Be(VerdictKind.Pass);
    }

    [Fact]
    public async Task A_damaged_cache_is_written_again()
    {
        await using var other = new CloneFixture();
        await other.CheckAsync(other.Reference);
        var kept = Directory.GetFiles(Path.Combine(other.Repository.State, "tests")).Single();
        File.WriteAllText(kept, File.ReadAllText(kept)[..100]);

        await using var checker = new Checker(other.Repository);
        var verdict = await checker.CheckAsync(new CheckRequest(other.Kata, AnswerText: other.Reference));

        verdict.Kind.Should().Be(VerdictKind.Pass);
        new FileInfo(kept).Length.Should().BeGreaterThan(100);
    }

    [Fact]
    public async Task Two_tools_on_one_clone_do_not_disturb_each_other()
    {
        await using var first = new Checker(clone.Repository);
        await using var second = new Checker(clone.Repository);
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            (i % 2 == 0 ? first : second).CheckAsync(new CheckRequest(clone.Kata, Side.Solutions))));

        verdicts.Should().OnlyContain(verdict => verdict.Kind == VerdictKind.Pass);
    }
}
