using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Kata.Cli.Watch;

/// <summary>All katas in one line, a mark for each, the current one in brackets.</summary>
/// <param name="session">The clone.</param>
/// <param name="current">The kata that is followed.</param>
internal sealed class ProgressMap(Session session, KataEntry current) : Renderable
{
    /// <inheritdoc />
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var katas = session.Catalogue.Katas.Select(session.Progress.Read).ToList();
        foreach (var kata in katas)
        {
            var mark = StatusText.Mark(kata.Status);
            yield return new Segment(kata.Kata.Number == current.Number ? $"[{mark}]" : mark, StatusText.Style(kata.Status));
        }

        yield return new Segment($"  {Texts.ListSummary.With(katas.Count(kata => kata.Status == KataStatus.Passing), katas.Count)}");
        yield return Segment.LineBreak;
    }
}
