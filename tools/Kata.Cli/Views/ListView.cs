using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Kata.Cli.Views;

/// <summary>A line of the list.</summary>
/// <param name="Progress">The kata and how far the learner is.</param>
/// <param name="Head">The top of its statement; null when it cannot be read.</param>
internal sealed record ListRow(KataProgress Progress, StatementHead? Head)
{
    /// <summary>The title, or what the folder says.</summary>
    public string Title => Head?.Title ?? Progress.Kata.Slug.Replace('-', ' ');
}

/// <summary>Shows the katas chapter by chapter. Lines, not a table: ten thousand of them cost no layout.</summary>
/// <param name="screen">Where to.</param>
internal sealed class ListView(IAnsiConsole screen)
{
    /// <summary>Writes all lines and a summary.</summary>
    public void Write(IReadOnlyList<ListRow> rows)
    {
        foreach (var chapter in rows.GroupBy(row => row.Progress.Kata.Chapter))
        {
            screen.MarkupLineInterpolated($"[bold]{chapter.Key}[/]  {Passing([.. chapter])}");
            foreach (var row in chapter)
            {
                WriteRow(row);
            }

            screen.WriteLine();
        }

        screen.WriteLine(Texts.ListSummary.With(rows.Count(IsPassing), rows.Count));
    }

    private static string Passing(IReadOnlyList<ListRow> rows) => Texts.ListChapter.With(rows.Count(IsPassing), rows.Count);

    private static bool IsPassing(ListRow row) => row.Progress.Status == KataStatus.Passing;

    private static string PadRight(string text, int width) => text + new string(' ', Math.Max(0, width - new Segment(text).CellCount()));

    private void WriteRow(ListRow row)
    {
        var statusWidth = Enum.GetValues<KataStatus>().Max(status => new Segment(StatusText.Name(status)).CellCount());
        var status = $"{StatusText.Mark(row.Progress.Status)} {PadRight(StatusText.Name(row.Progress.Status), statusWidth)}";
        var tasks = PadRight(string.Concat(row.Progress.Tasks.Select(task => StatusText.Mark(task.State))), 4);
        var difficulty = row.Head is null ? "   " : StatusText.Difficulty(row.Head.FrontMatter.Difficulty);
        screen.Write($"  {row.Progress.Kata.Folder[..3]}  ");
        screen.Write(status, StatusText.Style(row.Progress.Status));
        screen.WriteLine($"  {tasks}  {difficulty}  {row.Title}");
    }
}
