using Kata.Engine.Hints;
using Kata.Engine.Mistakes;
using Kata.Engine.Verdicts;

namespace Kata.Tests.Hints;

public class FingerprintTests
{
    private const string Assertion = "Xunit.Sdk.XunitException";

    [Fact]
    public void Equal_failures_agree_although_rounding_differs()
    {
        var one = Of(Failed("A", "expected 1, got 0.33333333331"), Passed("B"));
        var other = Of(Failed("A", "expected 1, got 0.33333333339"), Passed("B"));

        one.Agreement(other).Should().Be(1);
    }

    [Fact]
    public void Other_values_do_not_agree()
    {
        var one = Of(Failed("A", "expected 1, got 0.3333"), Passed("B"));
        var other = Of(Failed("A", "expected 1, got 0.3334"), Passed("B"));

        one.Agreement(other).Should().Be(0);
    }

    [Fact]
    public void Tests_that_both_pass_are_no_evidence()
    {
        var one = Of(Failed("A", "x"), Failed("B", "y"), Passed("C"), Passed("D"));
        var other = Of(Failed("A", "x"), Passed("B"), Passed("C"), Passed("D"));

        one.Agreement(other).Should().Be(0.5);
    }

    [Fact]
    public void Of_an_exception_only_the_type_counts()
    {
        var one = Of(Threw("A", "System.IndexOutOfRangeException", "learner's own words"));
        var other = Of(Threw("A", "System.IndexOutOfRangeException", "others"));

        one.Agreement(other).Should().Be(1);
    }

    [Fact]
    public void A_task_that_is_still_to_be_written_has_no_fingerprint() =>
        Fingerprint.Of(Verdict(Threw("A", "System.NotImplementedException", "Task 1")), 1).Should().BeNull();

    [Fact]
    public void A_half_of_a_task_that_is_still_to_be_written_is_left_out()
    {
        var half = Of(Failed("A", "x"), Threw("B", "System.NotImplementedException", "Task 1"));
        var whole = Of(Failed("A", "x"), Failed("B", "y"));

        half.Agreement(whole).Should().Be(1);
        BehaviourHints.Best(half, [(Mistake("one"), whole), (Mistake("other"), Of(Failed("A", "x"), Passed("B")))], 0.5, 0.2)
            .Should().BeNull("what is written so far cannot tell the two apart");
    }

    [Fact]
    public void Tests_of_other_tasks_do_not_matter() =>
        Fingerprint.Of(Verdict(Failed("A", "x"), Threw("Z", "System.NotImplementedException", "Task 2") with { Task = 2 }), 1)!
            .Outcomes.Keys.Should().Equal("A");

    [Fact]
    public void The_best_likeness_is_told_only_when_it_leads()
    {
        var failures = Of(Failed("A", "x"), Failed("B", "y"), Failed("C", "z"), Failed("D", "w"));
        var near = (Mistake("near"), Of(Failed("A", "x"), Failed("B", "y"), Failed("C", "z"), Passed("D")));
        var nearly = (Mistake("nearly"), Of(Failed("A", "x"), Failed("B", "y"), Failed("D", "w"), Passed("C")));
        var far = (Mistake("far"), Of(Failed("A", "x"), Passed("B"), Passed("C"), Passed("D")));

        BehaviourHints.Best(failures, [near, far], 0.5, 0.2)!.Mistake.Id.Should().Be("near");
        BehaviourHints.Best(failures, [near, nearly], 0.5, 0.2).Should().BeNull("two mistakes are equally like it");
        BehaviourHints.Best(failures, [far], 0.5, 0.2).Should().BeNull("a quarter of the failures is not enough");
    }

    [Fact]
    public void An_exact_likeness_needs_no_lead()
    {
        var failures = Of(Failed("A", "x"), Failed("B", "y"), Passed("C"));
        var same = (Mistake("same"), Of(Failed("A", "x"), Failed("B", "y"), Passed("C")));
        var near = (Mistake("near"), Of(Failed("A", "x"), Failed("B", "y"), Failed("C", "z")));

        BehaviourHints.Best(failures, [near, same], 0.5, 0.9)!.Mistake.Id.Should().Be("same");
    }

    private static Mistake Mistake(string id) => new("mistakes.yml", id, 1, "from", "to", "hint", "提示");

    private static Fingerprint Of(params TestResult[] tests) => Fingerprint.Of(Verdict(tests), 1)!;

    private static Verdict Verdict(params TestResult[] tests) => new(55, VerdictKind.Fail, null, tests, [], [], "", new Timing(0, 0, 0));

    private static TestResult Passed(string name) => new(name, 1, TestOutcome.Passed, null, null, 1);

    private static TestResult Failed(string name, string message) => new(name, 1, TestOutcome.Failed, message, Assertion, 1);

    private static TestResult Threw(string name, string exception, string message) => new(name, 1, TestOutcome.Failed, message, exception, 1);
}
