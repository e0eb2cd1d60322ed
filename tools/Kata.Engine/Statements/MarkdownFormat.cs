using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Kata.Engine.Statements;

/// <summary>The Markdown that statements are written in: CommonMark with tables and front matter.</summary>
public static class MarkdownFormat
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().Build();

    /// <summary>Reads a text.</summary>
    public static MarkdownDocument Parse(string markdown) => Markdown.Parse(markdown, Pipeline);

    /// <summary>The words of a heading or paragraph, without marks.</summary>
    public static string PlainText(LeafBlock block) =>
        block.Inline is null ? "" : string.Concat(block.Inline.Descendants().Select(inline => inline switch
        {
            LiteralInline literal => literal.Content.ToString(),
            CodeInline code => code.Content,
            LineBreakInline => " ",
            _ => "",
        }));

    /// <summary>The lines of a block of code or HTML.</summary>
    public static string Lines(LeafBlock block) => block.Lines.ToString();
}
