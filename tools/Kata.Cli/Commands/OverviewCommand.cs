using Kata.Cli.Views;
using Kata.Engine.Progress;
using Spectre.Console;

namespace Kata.Cli.Commands;

/// <summary><c>kata</c> alone: where I am and what to do next, and in a terminal the way there.</summary>
internal static class OverviewCommand
{
    /// <summary>Writes five lines; where someone is there to press Enter, that begins to watch the next kata.</summary>
    public static async Task<int> RunAsync(Session session, CancellationToken cancellation)
    {
        if (Write(session) is { } next && session.Terminal.ReadKey is { } readKey)
        {
            session.Screen.WriteLine();
            session.Screen.WriteLine(Texts.OverviewWatch.With(next.Kata.Folder));
            var key = await Task.Run(readKey, cancellation).WaitAsync(cancellation);
            if (key.Key == ConsoleKey.Enter)
            {
                return await WatchCommand.RunAsync(session, next.Kata, json: false, cancellation);
            }
        }

        return ExitCode.Passed;
    }

    private static KataProgress? Write(Session session)
    {
        var progress = session.Progress;
        var katas = session.Catalogue.Katas.Select(progress.Read).ToList();
        var screen = session.Screen;
        screen.WriteLine(Texts.OverviewPassing.With(katas.Count(kata => kata.Status == KataStatus.Passing), katas.Count));
        var next = KataUnderWay.Of(katas);
        if (next is not null)
        {
            var marks = string.Concat(next.Tasks.Select(task => StatusText.Mark(task.State)));
            var text = next.Status == KataStatus.InProgress ? Texts.OverviewUnderWay : Texts.OverviewNext;
            screen.WriteLine(text.With(next.Kata.Folder[..3], next.Kata.Slug, marks).TrimEnd());
            screen.WriteLine(Texts.YourFile.With(session.Shown(next.Kata.AnswerFile)));
            screen.WriteLine(Texts.OverviewDo.With(next.Kata.Number));
        }

        screen.WriteLine(Texts.OverviewHelp);
        return next;
    }
}
