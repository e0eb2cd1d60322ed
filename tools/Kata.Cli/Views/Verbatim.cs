using Spectre.Console;
using Spectre.Console.Rendering;

namespace Kata.Cli.Views;

/// <summary>Lines that are never wrapped: code that is copied from the terminal is the code that was written.</summary>
/// <param name="text">The lines.</param>
/// <param name="style">How they look.</param>
internal sealed class Verbatim(string text, Style? style = null) : Renderable
{
    /// <inheritdoc />
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            yield return new Segment(line, style ?? Style.Plain);
            yield return Segment.LineBreak;
        }
    }
}
