using Kata.Engine.Verdicts;

namespace Kata.Tests.Cli;

/// <summary>Verdicts as the engine gives them.</summary>
internal static class Verdicts
{
    private static readonly Timing Time = new(30, 12, 45.6);

    /// <summary>Both tasks pass.</summary>
    public static Verdict Pass(CheckRequest request) => Of(request, VerdictKind.Pass, null, Passed("Doubles", 1), Passed("Squares", 2));

    /// <summary>The second task fails one of its two tests.</summary>
    public static Verdict Fail(CheckRequest request) => Of(
        request, VerdictKind.Fail, null,
        Passed("Doubles", 1),
        Passed("Squares_zero", 2),
        new("Squares_three", 2, TestOutcome.Failed, "Expected 9, got 6.\nFirst difference at [0].", "Xunit.Sdk.XunitException", 0.5));

    /// <summary>Nothing is written yet.</summary>
    public static Verdict NotStarted(CheckRequest request) => Of(
        request, VerdictKind.NotStarted, "Every task still throws NotImplementedException.",
        new("Doubles", 1, TestOutcome.Failed, "Task 1: think.", typeof(NotImplementedException).FullName, 0.5),
        new("Squares", 2, TestOutcome.Failed, "Task 2: think.", typeof(NotImplementedException).FullName, 0.5));

    /// <summary>The compiler refuses.</summary>
    public static Verdict DoesNotCompile(CheckRequest request) =>
        Of(request, VerdictKind.DoesNotCompile, "1 error of the compiler") with
        {
            CompilerMessages = [new("CS0103", "The name 'nubmer' does not exist in the current context", 6, 46)],
        };

    /// <summary>A loop without end.</summary>
    public static Verdict Timeout(CheckRequest request) => Of(
        request, VerdictKind.Timeout, "Squares did not end within 10 s: is there a loop that never stops?",
        Passed("Doubles", 1), new("Squares", 2, TestOutcome.NotRun, null, null, 0));

    private static TestResult Passed(string name, int task) => new(name, task, TestOutcome.Passed, null, null, 0.5);

    private static Verdict Of(CheckRequest request, VerdictKind kind, string? message, params TestResult[] tests) =>
        new(request.Kata.Number, kind, message, tests, [], [], "", Time);
}
