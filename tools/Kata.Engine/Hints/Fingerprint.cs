using System.Globalization;
using System.Text.RegularExpressions;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Hints;

/// <summary>
/// What an answer looks like from outside, whatever its style: for each test of one task, whether it passed, and
/// with which message it failed, numbers rounded to six digits.
/// </summary>
/// <param name="Task">The task whose tests it covers.</param>
/// <param name="Outcomes">By test name; null for a test that passed.</param>
public sealed partial record Fingerprint(int Task, IReadOnlyDictionary<string, string?> Outcomes)
{
    private const string NotImplemented = "System.NotImplementedException";

    /// <summary>Whether a test of the task failed.</summary>
    public bool HasFailures => Outcomes.Values.Any(message => message is not null);

    /// <summary>
    /// The fingerprint of a task in a verdict, without tests of what is still to be written; null when nothing is
    /// left, or when not all tests were executed.
    /// </summary>
    public static Fingerprint? Of(Verdict verdict, int task)
    {
        var tests = verdict.Tests.Where(test => test.Task == task && test.Exception != NotImplemented).ToList();
        var tellsNothing = tests.Count == 0 || tests.Any(test => test.Outcome is TestOutcome.NotRun or TestOutcome.Skipped);
        return tellsNothing ? null : new Fingerprint(task, tests.ToDictionary(test => test.Name, Outcome));
    }

    /// <summary>
    /// The share of tests that ended alike, counted over those that both executed and at least one failed: tests
    /// that both pass are no evidence. 1 is an exact match.
    /// </summary>
    public double Agreement(Fingerprint other)
    {
        var failing = Outcomes.Keys.Intersect(other.Outcomes.Keys)
            .Where(test => Outcomes[test] is not null || other.Outcomes[test] is not null)
            .ToList();
        return failing.Count == 0 ? 0 : (double)failing.Count(test => Outcomes[test] == other.Outcomes[test]) / failing.Count;
    }

    private static string? Outcome(TestResult test) => test.Outcome switch
    {
        TestOutcome.Passed => null,
        // An error that the tests did not raise carries the learner's own words: only its type can be compared.
        _ when IsAssertion(test.Exception) => Normalize(test.Message ?? ""),
        _ => test.Exception ?? "",
    };

    private static bool IsAssertion(string? exception) => exception?.StartsWith("Xunit.", StringComparison.Ordinal) == true;

    /// <summary>How columns are aligned depends on digits that are rounded away: spaces do not count.</summary>
    private static string Normalize(string message) => Spaces().Replace(
        Number().Replace(message, match =>
            double.TryParse(match.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? SixDigits(number)
                : match.Value),
        " ");

    private static string SixDigits(double number)
    {
        // Rounding error alone must not tell two answers apart.
        var rounded = Math.Abs(number) < 1e-12 ? 0 : number;
        return rounded.ToString("G6", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?([eE][+-]?\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
