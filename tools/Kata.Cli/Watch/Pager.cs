namespace Kata.Cli.Watch;

/// <summary>A text that may be longer than the screen, looked at part by part.</summary>
/// <param name="lines">The text.</param>
internal sealed class Pager(IReadOnlyList<string> lines)
{
    private int first;

    /// <summary>The lines that are to be seen, the last of which says what keys do.</summary>
    /// <param name="height">How many there may be.</param>
    public IReadOnlyList<string> Visible(int height)
    {
        var room = height - 2;
        first = Math.Clamp(first, 0, Math.Max(0, lines.Count - room));
        var footer = first + room < lines.Count
            ? Texts.WatchPagerMore.With(Math.Min(lines.Count, first + room), lines.Count)
            : Texts.WatchPagerEnd;
        return [.. lines.Skip(first).Take(room), "", footer];
    }

    /// <summary>Takes a key.</summary>
    /// <returns>Whether it moved the text; any other key ends looking at it.</returns>
    public bool Take(ConsoleKeyInfo key, int height)
    {
        var room = height - 2;
        var isAtEnd = first + room >= lines.Count;
        var step = key.Key switch
        {
            ConsoleKey.Spacebar when isAtEnd => 0,
            ConsoleKey.Spacebar or ConsoleKey.PageDown => room - 1,
            ConsoleKey.DownArrow => 1,
            ConsoleKey.PageUp => 1 - room,
            ConsoleKey.UpArrow => -1,
            _ => 0,
        };
        first += step;
        return step != 0;
    }
}
