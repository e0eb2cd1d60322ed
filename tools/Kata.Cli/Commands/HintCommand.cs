using System.CommandLine;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Kata.Engine.Statements;
using Spectre.Console;

namespace Kata.Cli.Commands;

/// <summary><c>kata hint N</c>: the next folded hint of the first task that does not pass, one for each call.</summary>
internal static class HintCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var kata = CommandParts.KataArgument();
        var task = new Option<int?>("--task") { Description = Texts.OptionTask, HelpName = "1|2|…" };
        return new Command("hint", Texts.DescriptionHint) { kata, task }
            .WithAction(commandLine => Run(session, session.Find(commandLine.GetRequiredValue(kata)), commandLine.GetValue(task)));
    }

    private static int Run(Session session, KataEntry kata, int? wanted)
    {
        var tasks = Statement.Read(kata.StatementFile(session.Language.Code)).Tasks;
        var number = wanted ?? FirstTaskToDo(session, kata, tasks);
        if (number is null)
        {
            session.Screen.WriteLine(Texts.HintNotNeeded.With(kata.Folder));
            return ExitCode.Passed;
        }

        var task = tasks.FirstOrDefault(task => task.Number == number)
            ?? throw new KataException(Texts.NoSuchTask.With(kata.Folder, number, tasks.Count));
        return ShowNext(session, kata, task);
    }

    private static int? FirstTaskToDo(Session session, KataEntry kata, IReadOnlyList<StatementTask> tasks)
    {
        var progress = session.Progress.Read(kata);
        var passing = progress.Tasks.Where(task => task.State == TaskState.Passing).Select(task => task.Number);
        return progress.Status == KataStatus.Passing
            ? null
            : tasks.Select(task => (int?)task.Number).FirstOrDefault(number => !passing.Contains(number!.Value));
    }

    private static int ShowNext(Session session, KataEntry kata, StatementTask task)
    {
        var ledger = new HintLedger(session.Repository);
        var shown = ledger.Shown(kata, task.Number);
        if (shown >= task.Hints.Count)
        {
            session.Screen.WriteLine(Texts.HintsUsedUp.With(task.Number, task.Hints.Count, kata.Number));
            return ExitCode.Passed;
        }

        session.Screen.WriteLine(Texts.HintHead.With(task.Number, task.Title, shown + 1, task.Hints.Count));
        session.Screen.WriteLine();
        new MarkdownView(session.Screen).Write(MarkdownFormat.Parse(task.Hints[shown].Text));
        session.Notice(ledger.Remember(kata, task.Number, shown + 1));
        return ExitCode.Passed;
    }
}
