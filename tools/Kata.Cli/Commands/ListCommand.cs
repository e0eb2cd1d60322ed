using System.CommandLine;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;

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

    /// <summary>Shows the list.</summary>
    public static int Run(Session session, bool json)
    {
        var progress = session.Progress;
        var katas = session.Catalogue.Katas;
        var known = new KataProgress[katas.Count];
        var heads = new StatementHead?[katas.Count];

        // Answers in the first half, statements in the second: two processors begin at different ends, and neither
        // waits for code that the other is just loading.
        Parallel.For(0, 2 * katas.Count, index =>
        {
            if (index < katas.Count)
            {
                known[index] = progress.Read(katas[index]);
            }
            else
            {
                heads[index - katas.Count] = session.HeadOf(katas[index - katas.Count]);
            }
        });
        var rows = known.Zip(heads, (row, head) => new ListRow(row, head)).ToList();
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
