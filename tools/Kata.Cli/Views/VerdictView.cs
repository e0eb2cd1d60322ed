using Kata.Cli.Checks;
using Kata.Engine.Verdicts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Kata.Cli.Views;

/// <summary>Shows a verdict: the outcome, each task, the first failure with what was expected and what came, the next step.</summary>
/// <param name="session">Where to, and in which language.</param>
internal sealed class VerdictView(Session session)
{
    private const string Indent = "    ";
    private const int MostCompilerMessages = 10;
    private static readonly Style Good = new(Color.Green, decoration: Decoration.Bold);
    private static readonly Style Bad = new(Color.Red, decoration: Decoration.Bold);
    private readonly IAnsiConsole screen = session.Screen;

    /// <summary>More of a message, or of what the answer printed, is cut.</summary>
    public int MostLinesOfMessage { get; init; } = 24;

    /// <summary>Writes what follows the verdict: hints, notices, and the next step.</summary>
    public void WriteAfterVerdict(AnswerReport report)
    {
        WriteHints(report);
        WriteNotices(report);
        screen.WriteLine();
        screen.WriteLine((report.Verdict.Kind == VerdictKind.Pass ? Texts.CheckNextPassing : Texts.CheckNext).With(report.Kata.Number));
    }

    /// <summary>Writes the outcome, each task, and the first failure.</summary>
    public void WriteVerdict(AnswerReport report)
    {
        WriteLine(report);
        var verdict = report.Verdict;
        if (NeedsMessage(verdict))
        {
            screen.Write(new Indented(new Paragraph(verdict.Message!), "  ", "  "));
        }

        WriteCompilerMessages(report);
        WriteTasks(verdict);
        WriteFirstFailure(verdict);
        WriteOutput(verdict);
    }

    /// <summary>Writes the hints, the surest first.</summary>
    public void WriteHints(AnswerReport report)
    {
        foreach (var hint in report.Hints)
        {
            var head = hint.Line is { } line ? Texts.HintFromCode.With(line) : Texts.HintFromBehaviour;
            screen.WriteLine();
            screen.Write(new Indented(new Paragraph($"{head} {hint.Text}"), "", Indent));
        }

    }

    /// <summary>Writes what the user should know besides.</summary>
    public void WriteNotices(AnswerReport report)
    {
        foreach (var notice in report.Verdict.Notices)
        {
            session.Notice(notice);
        }
    }

    /// <summary>Writes the outcome in one line.</summary>
    public void WriteLine(AnswerReport report)
    {
        var verdict = report.Verdict;
        var notPassed = verdict.Tests.Count(test => test.Outcome != TestOutcome.Passed);
        var outcome = verdict.Kind switch
        {
            VerdictKind.Pass => Texts.VerdictPass.With(verdict.Tests.Count),
            VerdictKind.Fail => Texts.VerdictFail.With(notPassed, verdict.Tests.Count),
            VerdictKind.NotStarted => Texts.VerdictNotStarted,
            VerdictKind.DoesNotCompile => Texts.VerdictDoesNotCompile,
            VerdictKind.Timeout => Texts.VerdictTimeout,
            _ => Texts.VerdictCrash,
        };
        screen.Write(Mark(verdict.Kind) + " ", verdict.Kind switch
        {
            VerdictKind.Pass => Good,
            VerdictKind.NotStarted => Style.Plain,
            _ => Bad,
        });
        screen.WriteLine(Texts.VerdictLine.With(report.Kata.Folder, outcome, $"{verdict.Milliseconds.Total:0}"));
    }

    /// <summary>Writes how many of all passed.</summary>
    public void WriteSummary(IReadOnlyList<AnswerReport> reports)
    {
        screen.WriteLine();
        screen.WriteLine(Texts.CheckAllSummary.With(reports.Count(report => report.Verdict.Kind == VerdictKind.Pass), reports.Count));
    }

    private static string Mark(VerdictKind kind) => kind switch
    {
        VerdictKind.Pass => "✓",
        VerdictKind.NotStarted => "○",
        _ => "✗",
    };

    /// <summary>Whether the message says more than what is shown anyway.</summary>
    private static bool NeedsMessage(Verdict verdict) =>
        verdict.Message is not null
        && verdict.Kind is not (VerdictKind.Pass or VerdictKind.Fail or VerdictKind.NotStarted)
        && verdict.CompilerMessages.All(shown => shown.Message != verdict.Message);

    private static bool StillThrows(TestResult test) => test.Exception == typeof(NotImplementedException).FullName;

    private void WriteCompilerMessages(AnswerReport report)
    {
        var messages = report.Verdict.CompilerMessages;
        var file = Path.GetFileName(report.AnswerFile);
        foreach (var message in messages.Take(MostCompilerMessages))
        {
            var place = message.Line > 0 ? $"{file}({message.Line},{message.Column}): " : "";
            var id = message.Id.Length > 0 ? $"{message.Id}: " : "";
            screen.Write(new Indented(new Paragraph($"{place}{id}{message.Message}"), "  ", Indent));
        }

        if (messages.Count > MostCompilerMessages)
        {
            screen.WriteLine("  " + Texts.MoreMessages.With(messages.Count - MostCompilerMessages));
        }
    }

    private void WriteTasks(Verdict verdict)
    {
        if (verdict.Tests.Count == 0 || verdict.Kind == VerdictKind.DoesNotCompile)
        {
            return;
        }

        screen.WriteLine();
        foreach (var task in verdict.Tests.GroupBy(test => test.Task).OrderBy(task => task.Key))
        {
            var passed = task.Count(test => test.Outcome == TestOutcome.Passed);
            var (mark, style) = passed == task.Count() ? ("✓", Good) : task.All(StillThrows) ? ("○", Style.Plain) : ("✗", Bad);
            screen.Write("  " + mark + " ", style);
            screen.WriteLine(Texts.TaskLine.With(task.Key, passed, task.Count()));
        }
    }

    private void WriteFirstFailure(Verdict verdict)
    {
        var failures = verdict.Tests.Where(test => test.Outcome == TestOutcome.Failed).ToList();
        var first = failures.Find(test => !StillThrows(test)) ?? failures.FirstOrDefault();
        if (first?.Message is not null)
        {
            screen.WriteLine();
            screen.WriteLine(StillThrows(first)
                ? Texts.NotWritten.With(first.Task)
                : Texts.FirstFailure.With(first.Task, first.Name.Replace('_', ' ')));
            WriteIndented(first.Message, text => new FailureMessage(text));
        }
    }

    private void WriteOutput(Verdict verdict)
    {
        if (verdict.Output.Length > 0 && verdict.Kind != VerdictKind.Pass)
        {
            screen.WriteLine();
            screen.WriteLine(Texts.Output);
            WriteIndented(verdict.Output, text => new Verbatim(text));
        }
    }

    private void WriteIndented(string text, Func<string, IRenderable> show)
    {
        var lines = text.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        var shown = string.Join('\n', lines.Take(MostLinesOfMessage));
        screen.Write(new Indented(show(shown), Indent, Indent));
        if (lines.Length > MostLinesOfMessage)
        {
            screen.WriteLine(Indent + Texts.MoreLines.With(lines.Length - MostLinesOfMessage));
        }
    }
}
