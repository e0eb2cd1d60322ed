using Kata.Engine.Catalogue;
using Kata.Engine.Compile;
using Kata.Engine.Run;
using Kata.Engine.Verdicts;
using Kata.Runner.Protocol;

namespace Kata.Tests.Run;

/// <summary>Reports that no honest child sends: none of them is a pass.</summary>
public class JudgementTests
{
    private static readonly ExpectedTest[] Expected = [new("Kata055.A.First", 1), new("Kata055.A.Second", 2)];

    [Fact]
    public void Every_expected_test_once_and_passed_is_a_pass() =>
        Judge(Honest()).Kind.Should().Be(VerdictKind.Pass);

    [Fact]
    public void A_test_that_was_not_discovered_is_missed() =>
        Judge(Honest(report => report.Discovered = Discover("First"))).Kind.Should().Be(VerdictKind.Crash);

    [Fact]
    public void A_test_that_nobody_expects_is_noticed() =>
        Judge(Honest(report => report.Discovered = Discover("First", "Second", "Third"))).Kind.Should().Be(VerdictKind.Crash);

    [Fact]
    public void No_discovery_is_no_pass() =>
        Judge(Honest(report => report.Discovered = null)).Kind.Should().Be(VerdictKind.Crash);

    [Fact]
    public void A_result_that_is_missing_is_no_pass()
    {
        var verdict = Judge(Honest(report => report.Ended.RemoveAt(1)));

        verdict.Kind.Should().Be(VerdictKind.Crash);
        verdict.Tests.Select(test => test.Outcome).Should().Equal(TestOutcome.Passed, TestOutcome.NotRun);
    }

    [Fact]
    public void Two_results_of_one_fact_are_no_pass() =>
        Judge(Honest(report => report.Ended.Add(report.Ended[0]))).Kind.Should().Be(VerdictKind.Crash);

    [Fact]
    public void A_result_of_an_unknown_case_is_no_pass() =>
        Judge(Honest(report => report.Ended.Add(report.Ended[0] with { CaseId = "other" }))).Kind.Should().Be(VerdictKind.Crash);

    [Fact]
    public void An_error_outside_the_tests_is_no_pass() =>
        Judge(Honest(report => report.Done = report.Done! with { Errors = ["cleanup failed"] })).Message.Should().Contain("cleanup failed");

    [Theory]
    [InlineData(RunEnd.Exited, VerdictKind.Crash)]
    [InlineData(RunEnd.ProtocolBroken, VerdictKind.Crash)]
    [InlineData(RunEnd.Flooded, VerdictKind.Crash)]
    [InlineData(RunEnd.TimedOut, VerdictKind.Timeout)]
    internal void An_end_that_is_not_the_child_s_own_word_is_no_pass(RunEnd end, VerdictKind kind) =>
        Judge(Honest(report => report.End = end)).Kind.Should().Be(kind);

    [Fact]
    public void No_tests_at_all_are_no_pass() =>
        Judge(new RunReport { Done = Done, Discovered = Discover() }, []).Kind.Should().Be(VerdictKind.Crash);

    [Fact]
    public void One_test_that_throws_otherwise_makes_it_started()
    {
        var notImplemented = typeof(NotImplementedException).FullName;
        Judge(Failing(notImplemented, notImplemented)).Kind.Should().Be(VerdictKind.NotStarted);
        Judge(Failing(notImplemented, typeof(DivideByZeroException).FullName)).Kind.Should().Be(VerdictKind.Fail);
        Judge(Failing(notImplemented, null)).Kind.Should().Be(VerdictKind.Fail);
    }

    private static RunEnded Done => new("", [], new LeftBehind(0, 0, 0), [], Clean: true, MemoryBytes: 1);

    private static TestsDiscovered Discover(params string[] names) =>
        new("", [.. names.Select(name => new DiscoveredCase(name, $"Kata055.A.{name}", IsTheory: false))]);

    private static TestEnded Ended(string name, string? exception = null) =>
        new("", name, $"Kata055.A.{name}", $"Kata055.A.{name}", exception is null ? EndedAs.Passed : EndedAs.Failed, exception, exception, null, 1);

    private static RunReport Honest(Action<RunReport>? change = null)
    {
        var report = new RunReport { Done = Done, Discovered = Discover("First", "Second") };
        report.Ended.AddRange([Ended("First"), Ended("Second")]);
        change?.Invoke(report);
        return report;
    }

    private static RunReport Failing(string? first, string? second)
    {
        var report = new RunReport { Done = Done, Discovered = Discover("First", "Second") };
        report.Ended.AddRange([Ended("First", first), Ended("Second", second)]);
        return report;
    }

    private static Verdict Judge(RunReport report, IReadOnlyList<ExpectedTest>? expected = null)
    {
        var kata = new KataEntry(new Repository("/nowhere"), "attention", "055-why-scale-scores");
        var compiled = new CompiledCheck(new TestSources("", [], [], []), null, new TestLibrary("", [], [], expected ?? Expected, []), null, []);
        return Judgement.OfRun(new CheckRequest(kata), compiled, report, [], new CheckerOptions(), new Timing(0, 0, 0));
    }
}
