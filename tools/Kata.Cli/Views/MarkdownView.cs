using Kata.Engine.Statements;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Spectre.Console;
using Spectre.Console.Rendering;
using MarkdownRow = Markdig.Extensions.Tables.TableRow;
using MarkdownTable = Markdig.Extensions.Tables.Table;
using Table = Spectre.Console.Table;

namespace Kata.Cli.Views;

/// <summary>
/// Shows Markdown in a terminal. Without colours, signs take their place: headings are underlined, tables have
/// bars, quotations a mark.
/// </summary>
/// <param name="screen">Where to.</param>
internal sealed class MarkdownView(IAnsiConsole screen)
{
    private const string Indent = "    ";
    private static readonly Style CodeStyle = new(Color.Aqua);
    private static readonly Style FoldStyle = new(Color.Yellow);
    private readonly bool plain = !screen.Profile.Capabilities.Ansi;

    /// <summary>Shows a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="hints">What stands in the place of folded hints; null when there are none.</param>
    public void Write(MarkdownDocument document, FoldedHints? hints = null)
    {
        var isFirst = true;
        foreach (var part in Parts(document, hints))
        {
            if (!isFirst)
            {
                screen.WriteLine();
            }

            screen.Write(part);
            isFirst = false;
        }
    }

    /// <summary>Shows a file of code.</summary>
    public void WriteCode(string code) => screen.Write(new Verbatim(code, CodeStyle));

    private IEnumerable<IRenderable> Parts(MarkdownDocument document, FoldedHints? hints)
    {
        var folded = false;
        foreach (var block in document)
        {
            if (hints is not null && Fold.Begins(block, out _))
            {
                folded = true;
                yield return new Verbatim(hints.At(block.Line + 1), FoldStyle);
            }
            else if (folded)
            {
                folded = !Fold.Ends(block);
            }
            else if (block is not (YamlFrontMatterBlock or HtmlBlock or LinkReferenceDefinitionGroup))
            {
                yield return Render(block);
            }
        }
    }

    private static Rows Stack(IEnumerable<IRenderable> items) => new(items);

    private IRenderable Render(Block block) => block switch
    {
        HeadingBlock heading => Heading(heading),
        ParagraphBlock paragraph => Ended(InlineText.Render(paragraph.Inline)),
        CodeBlock code => new Indented(new Verbatim(MarkdownFormat.Lines(code), CodeStyle), Indent, Indent),
        ListBlock list => Stack(list.Cast<ListItemBlock>().Select((item, position) => ListItem(list, item, position))),
        QuoteBlock quote => new Indented(Stack(quote.Select(Render)), plain ? "> " : "│ ", plain ? "> " : "│ "),
        MarkdownTable table => RenderTable(table),
        ThematicBreakBlock => new Verbatim(new string('-', 3)),
        _ => new Verbatim(""),
    };

    private IRenderable Heading(HeadingBlock heading)
    {
        var text = MarkdownFormat.PlainText(heading);
        if (!plain)
        {
            return Ended(new Paragraph(text, new Style(decoration: heading.Level == 1 ? Decoration.Bold | Decoration.Underline : Decoration.Bold)));
        }

        var underline = new string(heading.Level == 1 ? '=' : '-', new Segment(text).CellCount());
        return new Verbatim($"{text}\n{underline}");
    }

    private IRenderable ListItem(ListBlock list, ListItemBlock item, int position)
    {
        var bullet = list.IsOrdered ? $"{item.Order + (item.Order == 0 ? position + 1 : 0)}. " : plain ? "- " : "• ";
        return new Indented(Stack(item.Select(Render)), bullet, new string(' ', bullet.Length));
    }

    private Table RenderTable(MarkdownTable source)
    {
        var table = new Table().Border(plain ? TableBorder.Ascii : TableBorder.Rounded);
        foreach (var row in source.Cast<MarkdownRow>())
        {
            var cells = row.Cast<TableCell>().Select(cell => InlineText.Render((cell.LastChild as ParagraphBlock)?.Inline)).ToList();
            if (row.IsHeader)
            {
                table.AddColumns([.. cells.Select((cell, column) => new TableColumn(cell).Alignment(AlignmentOf(source, column)))]);
            }
            else
            {
                table.AddRow(cells);
            }
        }

        return table;
    }

    private static Justify AlignmentOf(MarkdownTable table, int column) => table.ColumnDefinitions[column].Alignment switch
    {
        TableColumnAlign.Right => Justify.Right,
        TableColumnAlign.Center => Justify.Center,
        _ => Justify.Left,
    };

    /// <summary>A paragraph leaves the cursor behind its last word; a block ends its line.</summary>
    private static Rows Ended(IRenderable paragraph) => new(paragraph);
}
