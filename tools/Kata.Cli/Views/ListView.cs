using System.Text;
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

    /// <summary>Whether it is done.</summary>
    public bool IsPassing => Progress.Status == KataStatus.Passing;
}

/// <summary>Shows the katas chapter by chapter. Lines, not a table: ten thousand of them cost no layout.</summary>
/// <param name="rows">The katas in order.</param>
internal sealed class ListView(IReadOnlyList<ListRow> rows) : Renderable
{
    private const int TasksWidth = 4;
    private static readonly Style ChapterStyle = new(decoration: Decoration.Bold);
    private readonly int statusWidth = WidestStatus();

    /// <inheritdoc />
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var chapter in rows.GroupBy(row => row.Progress.Kata.Chapter))
        {
            yield return new Segment(chapter.Key, Seen(ChapterStyle, options));
            yield return new Segment($"  {Texts.ListChapter.With(chapter.Count(row => row.IsPassing), chapter.Count())}");
            yield return Segment.LineBreak;
            foreach (var segment in chapter.SelectMany(row => RenderRow(row, options)))
            {
                yield return segment;
            }

            yield return Segment.LineBreak;
        }

        yield return new Segment(Texts.ListSummary.With(rows.Count(row => row.IsPassing), rows.Count));
        yield return Segment.LineBreak;
    }

    /// <summary>The table of how wide characters are is large: it is loaded where it is needed.</summary>
    private static int Width(string text) => Ascii.IsValid(text) ? text.Length : new Segment(text).CellCount();

    private static int WidestStatus()
    {
        var widest = 0;
        foreach (var status in Enum.GetValues<KataStatus>())
        {
            widest = Math.Max(widest, Width(StatusText.Name(status)));
        }

        return widest;
    }

    private static string PadRight(string text, int width) => text + new string(' ', Math.Max(0, width - Width(text)));

    /// <summary>Every change of style is a write of its own: where none is seen, the whole list is one.</summary>
    private static Style Seen(Style style, RenderOptions options) => options.Ansi ? style : Style.Plain;

    private IEnumerable<Segment> RenderRow(ListRow row, RenderOptions options)
    {
        var status = row.Progress.Status;
        var tasks = string.Concat(row.Progress.Tasks.Select(task => StatusText.Mark(task.State)));
        var difficulty = row.Head is null ? "   " : StatusText.Difficulty(row.Head.FrontMatter.Difficulty);
        yield return new Segment($"  {row.Progress.Kata.Folder[..3]}  ");
        yield return new Segment($"{StatusText.Mark(status)} {PadRight(StatusText.Name(status), statusWidth)}", Seen(StatusText.Style(status), options));
        yield return new Segment($"  {tasks.PadRight(TasksWidth)}  {difficulty}  {row.Title}");
        yield return Segment.LineBreak;
    }
}
