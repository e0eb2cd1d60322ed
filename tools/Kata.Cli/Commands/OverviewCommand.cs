using Kata.Cli.Views;
using Kata.Engine.Progress;
using Spectre.Console;

namespace Kata.Cli.Commands;

/// <summary><c>kata</c> alone: where I am and what to do next.</summary>
internal static class OverviewCommand
{
    /// <summary>Writes five lines; in a terminal, Enter goes on to watch.</summary>
    public static async Task<int> RunAsync(Session session, CancellationToken cancellation)
    {
        var next = Write(session);
        if (next is null || session.Terminal.Keys is not { } keys)
        {
            return ExitCode.Passed;
        }

        session.Screen.WriteLine(Texts.OverviewEnter.With(next.Kata.Folder));
        return await keys.ReadAsync(cancellation) is '\r' or '\n' or 'w'
            ? await WatchCommand.RunAsync(session, next.Kata, json: false, cancellation)
            : ExitCode.Passed;
    }

    /// <summary>The kata that was edited last, else the first that is not started; null when all pass.</summary>
    public static KataProgress? Next(Session session) => Next([.. session.Catalogue.Katas.Select(session.Progress.Read)]);

    private static KataProgress? Write(Session session)
    {
        var progress = session.Progress;
        var katas = session.Catalogue.Katas.Select(progress.Read).ToList();
        var screen = session.Screen;
        screen.WriteLine(Texts.OverviewPassing.With(katas.Count(kata => kata.Status == KataStatus.Passing), katas.Count));
        var next = Next(katas);
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

    private static KataProgress? Next(IReadOnlyList<KataProgress> katas) =>
        katas.Where(kata => kata.Status == KataStatus.InProgress).MaxBy(kata => File.GetLastWriteTimeUtc(kata.Kata.AnswerFile))
        ?? katas.FirstOrDefault(kata => kata.Status == KataStatus.NotStarted);
}
