using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Spectre.Console.Rendering;

namespace Kata.Cli.Watch;

/// <summary>All katas in one line, a mark for each; where the screen is too narrow, a mark for several.</summary>
/// <param name="katas">The katas in order.</param>
/// <param name="current">The one that is watched, in brackets.</param>
internal sealed class ProgressMap(IReadOnlyList<KataProgress> katas, KataEntry current) : Renderable
{
    /// <inheritdoc />
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var count = "  " + Texts.WatchPassing.With(katas.Count(kata => kata.Status == KataStatus.Passing), katas.Count);
        var room = Math.Max(1, maxWidth - new Segment(count).CellCount() - 2);
        var each = Math.Max(1, (katas.Count + room - 1) / room);
        foreach (var group in katas.Chunk(each))
        {
            var status = group.All(kata => kata.Status == group[0].Status) ? group[0].Status : KataStatus.InProgress;
            var mark = StatusText.Mark(status);
            var isCurrent = group.Any(kata => kata.Kata == current);
            yield return new Segment(isCurrent ? $"[{mark}]" : mark, StatusText.Style(status));
        }

        yield return new Segment(count);
        yield return Segment.LineBreak;
    }
}
