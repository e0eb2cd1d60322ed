using System.Text.Json.Serialization;
using Kata.Cli.Checks;
using Kata.Engine.Hints;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Views;

/// <summary>What <c>kata check N --json</c> writes; with <c>--all</c>, an array of these.</summary>
/// <param name="Kata">The number.</param>
/// <param name="Verdict"><c>pass</c>, <c>fail</c>, <c>notStarted</c>, <c>doesNotCompile</c>, <c>timeout</c> or <c>crash</c>.</param>
/// <param name="Message">For anything but pass and fail: one line.</param>
/// <param name="Tests">Every test, in the order of the source.</param>
/// <param name="CompilerMessages">Why it does not compile.</param>
/// <param name="Hints">The surest first.</param>
/// <param name="Notices">What the user should know besides.</param>
/// <param name="Milliseconds">Where the time went.</param>
internal sealed record CheckedKata(
    int Kata,
    string Verdict,
    string? Message,
    IReadOnlyList<CheckedTest> Tests,
    IReadOnlyList<CompilerMessage> CompilerMessages,
    IReadOnlyList<Hint> Hints,
    IReadOnlyList<string> Notices,
    Timing Milliseconds)
{
    /// <summary>While watching: the SHA-256 of the content that the verdict is about. Absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Answer { get; init; }

    /// <summary>What a report says.</summary>
    public static CheckedKata Of(AnswerReport report) => new(
        report.Verdict.Kata,
        JsonOutput.Name(report.Verdict.Kind),
        report.Verdict.Message,
        [.. report.Verdict.Tests.Select(test => new CheckedTest(test.Name, test.Task, JsonOutput.Name(test.Outcome), test.Message, test.Milliseconds))],
        report.Verdict.CompilerMessages,
        report.Hints,
        report.Verdict.Notices,
        report.Verdict.Milliseconds);
}

/// <summary>One test in <c>kata check N --json</c>.</summary>
/// <param name="Name">The method's name, with the row of data for a theory.</param>
/// <param name="Task">The task that it proves.</param>
/// <param name="Outcome"><c>passed</c>, <c>failed</c>, <c>skipped</c> or <c>notRun</c>.</param>
/// <param name="Message">What was expected and what came; null when it passed.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record CheckedTest(string Name, int Task, string Outcome, string? Message, double Milliseconds);
