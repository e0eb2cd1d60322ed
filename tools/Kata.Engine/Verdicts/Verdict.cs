namespace Kata.Engine.Verdicts;

/// <summary>What became of a check. Only <see cref="Pass"/> is a pass; whatever is not understood is a crash.</summary>
public enum VerdictKind
{
    /// <summary>The tests discovered are exactly the kata's tests, and each was executed and passed.</summary>
    Pass,

    /// <summary>Every test ran to its end, at least one did not pass.</summary>
    Fail,

    /// <summary>Every test failed because its task still throws.</summary>
    NotStarted,

    /// <summary>The answer does not compile, cannot be read, or changed a public signature of the stub.</summary>
    DoesNotCompile,

    /// <summary>The time limit was reached.</summary>
    Timeout,

    /// <summary>The process ended early, left work behind, flooded its output or broke the protocol.</summary>
    Crash,
}

/// <summary>What became of one test.</summary>
public enum TestOutcome
{
    /// <summary>Executed to its end without an error.</summary>
    Passed,

    /// <summary>Executed, with an error.</summary>
    Failed,

    /// <summary>Discovered and not executed on purpose.</summary>
    Skipped,

    /// <summary>Expected, but it never ended (or never started).</summary>
    NotRun,
}

/// <summary>The result of one test.</summary>
/// <param name="Name">The method's name, with the row of data for a theory.</param>
/// <param name="Task">The task of the statement that it proves.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">What was expected and what came; null when it passed.</param>
/// <param name="Exception">The full name of the exception's type; null when it passed.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record TestResult(string Name, int Task, TestOutcome Outcome, string? Message, string? Exception, double Milliseconds)
{
    /// <summary>The line of the answer that the exception came through; 0 when it came from elsewhere.</summary>
    public int Line { get; init; }
}

/// <summary>An error of the compiler in the answer, or a sentence about what is wrong with the file itself.</summary>
/// <param name="Id">The compiler's id, for example <c>CS0103</c>, or empty.</param>
/// <param name="Message">One line.</param>
/// <param name="Line">From 1; 0 when it is about the whole file.</param>
/// <param name="Column">From 1; 0 when it is about the whole file.</param>
public sealed record CompilerMessage(string Id, string Message, int Line, int Column);

/// <summary>Where the time went, in milliseconds.</summary>
/// <param name="Compile">Parsing, compiling and emitting.</param>
/// <param name="Run">From handing over to the child until its last message.</param>
/// <param name="Total">From request to verdict.</param>
public sealed record Timing(double Compile, double Run, double Total);

/// <summary>The outcome of one check of one answer.</summary>
/// <param name="Kata">The kata's number.</param>
/// <param name="Kind">The outcome in one word.</param>
/// <param name="Message">For anything but pass and fail: one helpful line, naming the test where there is one.</param>
/// <param name="Tests">Every expected test, in the order of the source.</param>
/// <param name="CompilerMessages">Why it does not compile; empty otherwise.</param>
/// <param name="Notices">What the user should know besides, for example that edited tests were not used.</param>
/// <param name="Output">What the answer printed, cut to a readable length.</param>
/// <param name="Milliseconds">Where the time went.</param>
public sealed record Verdict(
    int Kata,
    VerdictKind Kind,
    string? Message,
    IReadOnlyList<TestResult> Tests,
    IReadOnlyList<CompilerMessage> CompilerMessages,
    IReadOnlyList<string> Notices,
    string Output,
    Timing Milliseconds);
