using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Markdig.Syntax;

namespace Kata.Engine.Statements;

/// <summary>The HTML lines that fold a hint: <c>&lt;details&gt;&lt;summary&gt;Hint 1&lt;/summary&gt;</c> … <c>&lt;/details&gt;</c>.</summary>
public static partial class Fold
{
    /// <summary>Whether a block begins a fold.</summary>
    /// <param name="block">A block of the document.</param>
    /// <param name="html">Its text.</param>
    public static bool Begins(Block block, [NotNullWhen(true)] out string? html)
    {
        html = block is HtmlBlock lines ? MarkdownFormat.Lines(lines).Trim() : null;
        return html is not null && html.StartsWith("<details", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a block ends a fold.</summary>
    public static bool Ends(Block block) =>
        block is HtmlBlock lines && MarkdownFormat.Lines(lines).Trim().Equals("</details>", StringComparison.OrdinalIgnoreCase);

    /// <summary>The number of the hint that a fold holds; null when its first line is not written as it must be.</summary>
    public static int? HintNumber(string html) =>
        FirstLine().Match(html) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(@"^<details>\s*<summary>(?:Hint|提示) ([0-9]{1,2})</summary>$")]
    private static partial Regex FirstLine();
}
