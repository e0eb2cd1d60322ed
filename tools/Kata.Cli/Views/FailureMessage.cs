using Spectre.Console;
using Spectre.Console.Rendering;

namespace Kata.Cli.Views;

/// <summary>
/// The message of a failing test. Matrices that stand side by side move together, or stand one below the other where
/// the screen is narrow; cells marked by <c>*</c> are coloured. Everything else is as the test wrote it.
/// </summary>
/// <param name="text">The message.</param>
internal sealed class FailureMessage(string text) : Renderable
{
    private const string Gap = "  ";
    private const string Between = " | ";
    private static readonly Style Differing = new(Color.Red, decoration: Decoration.Bold);

    /// <inheritdoc />
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var table = Array.FindIndex(lines, IsHeading);
        var end = table < 0 ? lines.Length : table;
        var rows = table < 0 ? [] : lines.Skip(table + 1).TakeWhile(line => Sides(line).Length == 2).ToList();
        return lines.Take(end).SelectMany(line => Prose(line, options, maxWidth))
            .Concat(rows.Count == 0 ? [] : Matrices(lines[table], rows, maxWidth))
            .Concat(lines.Skip(end + rows.Count + (rows.Count == 0 ? 0 : 1)).SelectMany(line => Prose(line, options, maxWidth)));
    }

    /// <summary>The line above the rows, as <c>tests/Support/Near</c> writes it.</summary>
    private static bool IsHeading(string line) =>
        Sides(line) is [var left, var right] && left.Trim() == "expected" && right.TrimStart().StartsWith("got", StringComparison.Ordinal);

    private static string[] Sides(string line) => line.Split('|');

    private static IEnumerable<Segment> Prose(string line, RenderOptions options, int maxWidth) =>
        new Segment(line).CellCount() <= maxWidth
            ? [new Segment(line), Segment.LineBreak]
            : Segment.SplitLines(((IRenderable)new Paragraph(line)).Render(options, maxWidth), maxWidth)
                .SelectMany(wrapped => wrapped.Append(Segment.LineBreak));

    private static IEnumerable<Segment> Matrices(string heading, IReadOnlyList<string> rows, int maxWidth)
    {
        var expected = Aligned([.. rows.Select(row => Cells(Sides(row)[0]))]);
        var got = Aligned([.. rows.Select(row => Cells(Sides(row)[1]))]);
        var (expectedName, gotName) = (Sides(heading)[0].Trim(), Sides(heading)[1].Trim());
        var width = Math.Max(expectedName.Length, expected[0].Sum(cell => cell.Length));
        if (width + Between.Length + Math.Max(gotName.Length, got[0].Sum(cell => cell.Length)) <= maxWidth)
        {
            var both = expected.Zip(got, (left, right) => left.Prepend(new string(' ', width - left.Sum(cell => cell.Length))).Append(Between).Concat(right));
            return Line([expectedName.PadRight(width), Between, gotName]).Concat(both.SelectMany(Line));
        }

        return Line([expectedName]).Concat(expected.SelectMany(Line)).Concat(Line([gotName])).Concat(got.SelectMany(Line));
    }

    private static string[] Cells(string side) => side.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Cells of one column become equally wide, and stand to the right.</summary>
    private static List<IReadOnlyList<string>> Aligned(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows.Max(row => row.Length))
            .Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0)).ToList();
        return [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Select((cell, column) => Gap + cell.PadLeft(widths[column]))])];
    }

    private static IEnumerable<Segment> Line(IEnumerable<string> cells) =>
        cells.Select(cell => new Segment(cell, cell.TrimStart().StartsWith('*') ? Differing : Style.Plain)).Append(Segment.LineBreak);
}
