using System.Diagnostics;
using Kata.Engine.Verdicts;
using Kata.Tests.Support;

namespace Kata.Tests.Run;

/// <summary>A checker over many checks: children are reused, cancelling is prompt, memory stays.</summary>
public class CheckerTests
{
    [Fact]
    public async Task Stub_and_reference_get_the_verdicts_they_are_made_for()
    {
        await using var clone = new CloneFixture();

        var stub = await clone.Checker.CheckAsync(new CheckRequest(clone.Kata));
        var reference = await clone.Checker.CheckAsync(new CheckRequest(clone.Kata, Side.Solutions));

        stub.Kind.Should().Be(VerdictKind.NotStarted, stub.Message);
        stub.Tests.Should().NotBeEmpty().And.OnlyContain(test => test.Outcome == TestOutcome.Failed && test.Message!.StartsWith("Task ") && test.Line > 0);
        reference.Kind.Should().Be(VerdictKind.Pass, reference.Message);
        reference.Tests.Should().OnlyContain(test => test.Outcome == TestOutcome.Passed && test.Task >= 1);
        reference.Tests.Select(test => test.Task).Should().BeInAscendingOrder("tests come in the order of the source");
    }

    [Fact]
    public async Task Answers_that_behave_share_a_child_and_memory_does_not_grow()
    {
        await using var clone = new CloneFixture();
        var after = new List<long>();
        for (var i = 1; i <= 100; i++)
        {
            var verdict = await clone.CheckAsync($"{clone.Reference}// {i}");
            verdict.Kind.Should().Be(VerdictKind.Pass, verdict.Message);
            if (i is 20 or 100)
            {
                after.Add(GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        clone.Checker.ChildrenStarted.Should().BeLessThanOrEqualTo(3, "one is used, one is in reserve, one may have made way after many runs");
        after[1].Should().BeLessThan(after[0] * 3 / 2);
    }

    [Fact]
    public async Task Checks_at_the_same_time_do_not_mix_up()
    {
        await using var clone = new CloneFixture();
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => clone.CheckAsync(i % 2 == 0 ? clone.Reference : clone.Stub)));

        verdicts.Where((_, i) => i % 2 == 0).Should().OnlyContain(verdict => verdict.Kind == VerdictKind.Pass);
        verdicts.Where((_, i) => i % 2 == 1).Should().OnlyContain(verdict => verdict.Kind == VerdictKind.NotStarted);
    }

    [Fact]
    public async Task Cancelling_ends_the_run_under_way_and_the_next_check_is_answered()
    {
        await using var clone = new CloneFixture();
        var sign = Path.Combine(clone.Repository.Root, "begun");
        using var begun = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(clone.Repository.Root, "begun");
        watcher.Created += (_, _) => begun.Release();
        watcher.EnableRaisingEvents = true;
        using var newer = new CancellationTokenSource();
        var hanging = clone.CheckAsync(
            clone.Reference.WithBody("ScoreVariance", $"System.IO.File.WriteAllText(@\"{sign}\", \"\"); while (true) {{ }}"), 600, newer.Token);
        (await begun.WaitAsync(TimeSpan.FromSeconds(60))).Should().BeTrue("the run begins");

        var watch = Stopwatch.StartNew();
        await newer.CancelAsync();
        await hanging.Invoking(check => check).Should().ThrowAsync<OperationCanceledException>();
        var next = await clone.CheckAsync(clone.Reference);

        next.Kind.Should().Be(VerdictKind.Pass);
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(60), "it did not wait for the time limit of 600 s");
    }

    [Fact]
    public async Task Test_files_without_tests_or_with_skipped_ones_are_no_pass()
    {
        await using var clone = new CloneFixture();
        (await WithTests("public class NoTests { }")).Kind.Should().Be(VerdictKind.Crash);

        var skipped = await WithTests("public class SomeTests { [Fact] public void Runs() { } [Fact(Skip = \"later\")] public void Waits() { } }");
        skipped.Kind.Should().Be(VerdictKind.Fail);
        skipped.Message.Should().Contain("Waits was skipped");

        var rows = await WithTests("public class Rows { [Theory, Task(3), InlineData(1), InlineData(2)] public void Is_one(int n) => n.Should().Be(1); }");
        rows.Tests.Select(test => (test.Name, test.Task, test.Outcome)).Should().BeEquivalentTo(
            [("Is_one(n: 1)", 3, TestOutcome.Passed), ("Is_one(n: 2)", 3, TestOutcome.Failed)]);

        async Task<Verdict> WithTests(string code)
        {
            File.WriteAllText(Path.Combine(clone.Kata.TestFolder, $"{clone.Kata.ClassName}Tests.cs"), $"namespace Kata055;\n{code}");
            return await clone.Checker.CheckAsync(new CheckRequest(clone.Kata, Side.Solutions, WorkingTests: true));
        }
    }

    [Fact]
    public async Task The_content_key_changes_with_answer_tests_and_data_and_with_nothing_else()
    {
        await using var clone = new CloneFixture();
        var request = new CheckRequest(clone.Kata, AnswerText: clone.Stub, WorkingTests: true);
        var first = await clone.Checker.ContentKeyAsync(request);

        await clone.CheckAsync(clone.Reference);
        (await clone.Checker.ContentKeyAsync(request)).Should().Be(first).And.HaveLength(64);
        (await clone.Checker.ContentKeyAsync(request with { AnswerText = clone.Reference })).Should().NotBe(first);

        File.WriteAllText(Path.Combine(clone.Kata.TestFolder, "data.json"), "{}");
        var withData = await clone.Checker.ContentKeyAsync(request);
        withData.Should().NotBe(first);

        File.AppendAllText(Path.Combine(clone.Repository.Tests, "Support", "Near.cs"), "// changed");
        (await clone.Checker.ContentKeyAsync(request)).Should().NotBe(first).And.NotBe(withData);
    }
}
