using Markdig.Syntax.Inlines;
using Spectre.Console;
using MarkdownInline = Markdig.Syntax.Inlines.Inline;

namespace Kata.Cli.Views;

/// <summary>Turns the inside of a Markdown paragraph into styled text.</summary>
internal static class InlineText
{
    private static readonly Style CodeStyle = new(Color.Aqua);

    /// <summary>The text with its styles.</summary>
    public static Paragraph Render(ContainerInline? inlines)
    {
        var paragraph = new Paragraph();
        if (inlines is not null)
        {
            Append(paragraph, inlines, Style.Plain);
        }

        return paragraph;
    }

    private static void Append(Paragraph paragraph, ContainerInline inlines, Style style)
    {
        foreach (var inline in inlines)
        {
            Append(paragraph, inline, style);
        }
    }

    private static void Append(Paragraph paragraph, MarkdownInline inline, Style style)
    {
        switch (inline)
        {
            case LiteralInline literal:
                foreach (var piece in ChineseText.Pieces(literal.Content.ToString()))
                {
                    paragraph.Append(piece, style);
                }

                break;
            case CodeInline code:
                paragraph.Append(code.Content, style.Combine(CodeStyle));
                break;
            case EmphasisInline emphasis:
                var decoration = emphasis.DelimiterCount > 1 ? Decoration.Bold : Decoration.Italic;
                Append(paragraph, emphasis, style.Combine(new Style(decoration: decoration)));
                break;
            case LinkInline link:
                Append(paragraph, link, style);
                if (link.Url is { Length: > 0 } url && !url.StartsWith('#'))
                {
                    paragraph.Append($" ({url})", style);
                }

                break;
            case AutolinkInline link:
                paragraph.Append(link.Url, style);
                break;
            case HtmlEntityInline entity:
                paragraph.Append(entity.Transcoded.ToString(), style);
                break;
            case LineBreakInline lineBreak:
                paragraph.Append(lineBreak.IsHard ? "\n" : IsBetweenChinese(lineBreak) ? "" : " ", style);
                break;
            case ContainerInline container:
                Append(paragraph, container, style);
                break;
        }
    }

    /// <summary>Chinese is written without spaces, so the end of a line of source between two characters is none.</summary>
    private static bool IsBetweenChinese(LineBreakInline lineBreak) =>
        lineBreak.PreviousSibling is LiteralInline before && lineBreak.NextSibling is LiteralInline after
        && before.Content.ToString().LastOrDefault() is var left && after.Content.ToString().FirstOrDefault() is var right
        && ChineseText.IsChinese(left) && ChineseText.IsChinese(right);
}
