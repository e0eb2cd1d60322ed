using System.CommandLine;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Kata.Engine.Statements;
using Spectre.Console;

namespace Kata.Cli.Commands;

/// <summary><c>kata show N</c>: the statement.</summary>
internal static class ShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var kata = CommandParts.KataArgument();
        return new Command("show", Texts.DescriptionShow) { kata }
            .WithAction(commandLine => Run(session, session.Find(commandLine.GetRequiredValue(kata))));
    }

    private static int Run(Session session, KataEntry kata)
    {
        var file = kata.StatementFile(session.Language.Code);
        var statement = Statement.Read(file);
        var head = StatementHead.Read(file).FrontMatter;
        var screen = session.Screen;
        screen.WriteLine(Texts.ShowHead.With(kata.Folder, kata.Chapter, StatusText.Difficulty(head.Difficulty), head.Minutes));
        if (head.Needs.Count > 0)
        {
            screen.WriteLine(Texts.ShowNeeds.With(string.Join(", ", head.Needs.Select(number => $"{number:000}"))));
        }

        screen.WriteLine();
        new MarkdownView(screen).Write(statement.Document, new FoldedHints(kata, statement));
        screen.WriteLine();
        screen.WriteLine(Texts.YourFile.With(session.Shown(kata.AnswerFile)));
        screen.WriteLine(Texts.ShowNext.With(kata.Number));
        return ExitCode.Passed;
    }
}
