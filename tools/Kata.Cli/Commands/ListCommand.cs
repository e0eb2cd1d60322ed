using System.CommandLine;
using Kata.Cli.Views;

namespace Kata.Cli.Commands;

/// <summary><c>kata list</c>: every kata and how far the learner is.</summary>
internal static class ListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var json = CommandParts.JsonOption();
        return new Command("list", Texts.DescriptionList) { json }
            .WithAction(commandLine => Run(session, commandLine.GetValue(json)));
    }

    /// <summary>Shows all katas.</summary>
    public static int Run(Session session, bool json)
    {
        var progress = session.Progress;
        var rows = session.Catalogue.Katas
            .AsParallel().AsOrdered()
            .Select(kata => new ListRow(progress.Read(kata), session.HeadOf(kata)))
            .ToList();
        if (json)
        {
            JsonOutput.Write(session.Screen, rows);
        }
        else
        {
            session.Screen.Write(new ListView(rows));
        }

        return ExitCode.Passed;
    }
}
