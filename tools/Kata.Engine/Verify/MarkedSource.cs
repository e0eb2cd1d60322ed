using Microsoft.CodeAnalysis.Text;

namespace Kata.Engine.Verify;

/// <summary>A snippet in which <c>[|marks|]</c> say where a rule must point.</summary>
/// <param name="Source">The snippet without the marks.</param>
/// <param name="Marks">What was marked, in the order of the source.</param>
internal sealed record MarkedSource(string Source, IReadOnlyList<TextSpan> Marks)
{
    private const string Open = "[|";
    private const string Close = "|]";

    /// <summary>Whether a text has a mark.</summary>
    public static bool HasMarks(string text) => text.Contains(Open, StringComparison.Ordinal);

    /// <summary>Takes the marks out of a snippet.</summary>
    public static MarkedSource Parse(string text)
    {
        var marks = new List<TextSpan>();
        for (var start = text.IndexOf(Open, StringComparison.Ordinal); start >= 0; start = text.IndexOf(Open, StringComparison.Ordinal))
        {
            text = text.Remove(start, Open.Length);
            var end = text.IndexOf(Close, start, StringComparison.Ordinal);
            text = text.Remove(end, Close.Length);
            marks.Add(TextSpan.FromBounds(start, end));
        }

        return new MarkedSource(text, marks);
    }
}
