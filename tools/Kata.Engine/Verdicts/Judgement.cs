using System.Text.RegularExpressions;
using Kata.Engine.Compile;
using Kata.Engine.Run;
using Kata.Runner.Protocol;

namespace Kata.Engine.Verdicts;

/// <summary>Turns what happened into a verdict. Whatever is not exactly a pass is none.</summary>
internal static partial class Judgement
{
    private static readonly string NotImplemented = typeof(NotImplementedException).FullName!;
    private static readonly string OutOfMemory = typeof(OutOfMemoryException).FullName!;

    /// <summary>The verdict on an answer that there is nothing to run of.</summary>
    public static Verdict OfCompilation(CheckRequest request, CompiledCheck compiled, Timing timing) =>
        new(request.Kata.Number, VerdictKind.DoesNotCompile, compiled.Problem, [], compiled.Errors, compiled.Sources.Notices, "", timing);

    /// <summary>The verdict on a run.</summary>
    /// <param name="request">What was to be checked.</param>
    /// <param name="compiled">What was run.</param>
    /// <param name="report">What came of it.</param>
    /// <param name="vanished">Data files of the tests that are gone.</param>
    /// <param name="options">The limits.</param>
    /// <param name="timing">The times.</param>
    public static Verdict OfRun(
        CheckRequest request, CompiledCheck compiled, RunReport report, IReadOnlyList<string> vanished, CheckerOptions options, Timing timing)
    {
        var tests = Results(compiled.Tests!.Tests, report, Path.GetFileName(request.AnswerPath));
        var (kind, message) = Judge(request, compiled.Tests.Tests, tests, report, options);
        IReadOnlyList<string> notices =
        [
            .. compiled.Sources.Notices,
            .. (report.Done?.Changes ?? []).Select(Describe),
            .. vanished.Select(file => Texts.DataDeleted.With(file)),
        ];
        var output = string.Join('\n', new[] { report.Output, report.Errors }.Where(text => text != ""));
        return new Verdict(request.Kata.Number, kind, message, tests, [], notices, output, timing);
    }

    private static (VerdictKind Kind, string? Message) Judge(
        CheckRequest request, IReadOnlyList<ExpectedTest> expected, IReadOnlyList<TestResult> tests, RunReport report, CheckerOptions options)
    {
        var where = Where(report);
        switch (report.End)
        {
            case RunEnd.TimedOut:
                return (VerdictKind.Timeout, Texts.TimedOut.With(where, (request.TimeLimit ?? options.TimeLimit).TotalSeconds));
            case RunEnd.Flooded:
                return (VerdictKind.Crash, Texts.Flooded.With(where, OutputDrain.FloodBytes / (1024 * 1024)));
            case RunEnd.ProtocolBroken:
                return (VerdictKind.Crash, Texts.ProtocolBroken.With(where));
            case RunEnd.Exited:
                return (VerdictKind.Crash, LastWords.Explain(where, report));
        }

        var done = report.Done!;
        if (!done.LeftBehind.IsNothing)
        {
            return (VerdictKind.Crash, Texts.WorkLeftBehind.With(Describe(done.LeftBehind)));
        }

        if (report.Ended.Find(test => test.Exception == OutOfMemory) is { } exhausted)
        {
            return (VerdictKind.Crash, Texts.OutOfMemory.With(Short(exhausted.Name), options.MemoryBytes >> 20));
        }

        if (Irregularity(expected, report) is { } irregularity)
        {
            return (VerdictKind.Crash, irregularity);
        }

        if (tests.FirstOrDefault(test => test.Outcome == TestOutcome.Skipped) is { } skipped)
        {
            return (VerdictKind.Fail, Texts.TestSkipped.With(skipped.Name));
        }

        return tests.All(test => test.Outcome == TestOutcome.Passed) ? (VerdictKind.Pass, null)
            : tests.All(test => test.Exception == NotImplemented) ? (VerdictKind.NotStarted, Texts.NothingSolved)
            : (VerdictKind.Fail, null);
    }

    /// <summary>What makes a run that came to its end no run of this kata's tests; null when nothing does.</summary>
    private static string? Irregularity(IReadOnlyList<ExpectedTest> expected, RunReport report)
    {
        if (expected.Count == 0)
        {
            return Texts.NoTests;
        }

        if (report.Done!.Errors is [var error, ..])
        {
            return Texts.ErrorOutsideTests.With(error);
        }

        var discovered = report.Discovered?.Cases ?? [];
        if (!expected.Select(test => test.Method).ToHashSet().SetEquals(discovered.Select(found => found.Method)))
        {
            return Texts.OtherTestsFound;
        }

        var results = report.Ended.ToLookup(test => test.CaseId);
        var wrong = discovered.FirstOrDefault(found => found.IsTheory ? !results[found.Id].Any() : results[found.Id].Count() != 1);
        if (wrong is not null)
        {
            return Texts.ResultCountWrong.With(Short(wrong.Method), results[wrong.Id].Count());
        }

        var known = discovered.Select(found => found.Id).ToHashSet();
        return report.Ended.TrueForAll(test => known.Contains(test.CaseId)) ? null : Texts.ResultUnknown;
    }

    private static string Describe(LeftBehind left) =>
        string.Join(", ", new[] { (Texts.TasksLeft, left.Tasks), (Texts.ThreadsLeft, left.Threads), (Texts.ProcessesLeft, left.Processes) }
            .Where(kind => kind.Item2 > 0)
            .Select(kind => kind.Item1.With(kind.Item2)));

    private static string Describe(SettingChange change)
    {
        var who = change.Test is null ? Texts.WorkAfterTests : Short(change.Test);
        return change.Setting switch
        {
            ProcessSetting.Culture => Texts.CultureChanged.With(who),
            ProcessSetting.Directory => Texts.DirectoryChanged.With(who),
            ProcessSetting.Console => Texts.ConsoleChanged.With(who),
            _ => Texts.VariableChanged.With(who, change.Variable),
        };
    }

    private static string Where(RunReport report) =>
        report.Unfinished is { } test ? Short(test.Name)
        : report.Started.Count > 0 && report.Ended.Count >= (report.Discovered?.Cases.Count ?? int.MaxValue) ? Texts.AfterLastTest
        : report.Ended.LastOrDefault() is { } last ? Texts.AfterTest.With(Short(last.Name))
        : Texts.FindingTests;

    private static List<TestResult> Results(IReadOnlyList<ExpectedTest> expected, RunReport report, string answerFile)
    {
        var ended = report.Ended.ToLookup(test => test.Method);
        var results = new List<TestResult>();
        foreach (var test in expected)
        {
            var rows = ended[test.Method].Select(row => Result(test, row, answerFile)).ToList();
            var unfinished = report.Unfinished is { } begun && begun.Method == test.Method ? Short(begun.Name) : null;
            if (unfinished is not null || rows.Count == 0)
            {
                rows.Add(new TestResult(unfinished ?? test.Name, test.Task, TestOutcome.NotRun, unfinished is null ? Texts.TestNotStarted : Texts.TestNotEnded, null, 0));
            }

            results.AddRange(rows);
        }

        return results;
    }

    private static TestResult Result(ExpectedTest test, TestEnded row, string answerFile) => new(
        Short(row.Name),
        test.Task,
        row.Outcome switch { EndedAs.Passed => TestOutcome.Passed, EndedAs.Skipped => TestOutcome.Skipped, _ => TestOutcome.Failed },
        row.Message,
        row.Exception,
        row.Milliseconds)
    {
        Line = LineIn(answerFile, row.StackTrace),
    };

    private static int LineIn(string answerFile, string? stackTrace) =>
        StackFrame().Matches(stackTrace ?? "").FirstOrDefault(frame => Path.GetFileName(frame.Groups["file"].Value) == answerFile) is { } frame
            ? int.Parse(frame.Groups["line"].Value, System.Globalization.CultureInfo.InvariantCulture)
            : 0;

    /// <summary>A display name without namespace and class: <c>Name(row: 1)</c>.</summary>
    public static string Short(string displayName)
    {
        var arguments = displayName.IndexOf('(');
        var dot = (arguments < 0 ? displayName : displayName[..arguments]).LastIndexOf('.');
        return displayName[(dot + 1)..];
    }

    [GeneratedRegex(@" in (?<file>.+):line (?<line>\d+)")]
    private static partial Regex StackFrame();
}
