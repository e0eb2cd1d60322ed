using Spectre.Console.Rendering;

namespace Kata.Cli.Views;

/// <summary>Content behind a prefix: a list's bullet on the first line, a quotation's mark on every line.</summary>
/// <param name="content">What is shown.</param>
/// <param name="first">Before the first line.</param>
/// <param name="rest">Before every other line, as wide as the first.</param>
internal sealed class Indented(IRenderable content, string first, string rest) : Renderable
{
    /// <inheritdoc />
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var prefix = first;
        var width = Math.Max(1, maxWidth - new Segment(first).CellCount());
        foreach (var line in Segment.SplitLines(content.Render(options, width)))
        {
            yield return new Segment(line.Count > 0 ? prefix : prefix.TrimEnd());
            foreach (var segment in line)
            {
                yield return segment;
            }

            yield return Segment.LineBreak;
            prefix = rest;
        }
    }
}
