using System.CommandLine;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Kata.Engine.Statements;
using Spectre.Console;

namespace Kata.Cli.Commands;

/// <summary><c>kata solution N</c>: the reference and the interview answer.</summary>
internal static class SolutionCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var kata = CommandParts.KataArgument();
        var yes = new Option<bool>("--yes", "-y") { Description = Texts.OptionYes };
        return new Command("solution", Texts.DescriptionSolution) { kata, yes }
            .WithAction(commandLine => Run(session, session.Find(commandLine.GetRequiredValue(kata)), commandLine.GetValue(yes)));
    }

    private static int Run(Session session, KataEntry kata, bool yes)
    {
        if (!yes && session.Progress.Read(kata).Status != KataStatus.Passing && !IsWanted(session, kata))
        {
            return ExitCode.DidNotPass;
        }

        var view = new MarkdownView(session.Screen);
        view.WriteCode(File.ReadAllText(kata.SolutionFile));
        session.Screen.WriteLine();
        view.Write(Statement.Read(kata.InterviewAnswerFile(session.Language.Code)).Document);
        return ExitCode.Passed;
    }

    private static bool IsWanted(Session session, KataEntry kata)
    {
        var confirm = session.Terminal.Confirm ?? throw new KataException(Texts.SolutionNeedsYes.With(kata.Folder, kata.Number));
        return confirm(Texts.SolutionQuestion.With(kata.Folder));
    }
}
