using System.Globalization;
using System.Text.RegularExpressions;
using Markdig.Syntax;

namespace Kata.Engine.Statements;

/// <summary>Reads the structure of a statement: title, tasks, and the hints that are folded under each task.</summary>
/// <param name="file">Named in errors.</param>
/// <param name="markdown">The text.</param>
internal sealed partial class StatementReader(string file, string markdown)
{
    private readonly MarkdownDocument document = MarkdownFormat.Parse(markdown);

    /// <summary>Reads the whole statement.</summary>
    /// <exception cref="KataException">The title is missing, a fold is not closed, or a hint has no task.</exception>
    public Statement Read()
    {
        var headings = document.Descendants<HeadingBlock>().Select(AsHeading).ToList();
        var title = headings.Find(heading => heading.Level == 1) ?? throw new KataException(Texts.StatementWithoutTitle.With(file));
        var samples = document.Descendants<CodeBlock>()
            .Where(block => block is not Markdig.Extensions.Yaml.YamlFrontMatterBlock)
            .Select(block => new CodeSample((block as FencedCodeBlock)?.Info ?? "", MarkdownFormat.Lines(block), block.Line + 1));
        return new Statement(title.Text, headings, ReadTasks(), [.. samples], document);
    }

    private static Heading AsHeading(HeadingBlock block) => new(block.Level, MarkdownFormat.PlainText(block), block.Line + 1);

    private List<StatementTask> ReadTasks()
    {
        var tasks = new List<StatementTask>();
        var hints = new List<FoldedHint>();
        Block? fold = null;
        foreach (var block in document)
        {
            if (Fold.Begins(block, out var html))
            {
                fold = Fold.HintNumber(html) == hints.Count + 1 && tasks.Count > 0
                    ? block
                    : throw Error(block, Texts.HintMisplaced.With(hints.Count + 1));
            }
            else if (Fold.Ends(block))
            {
                var begin = fold ?? throw Error(block, Texts.FoldNotOpened);
                hints.Add(new FoldedHint(hints.Count + 1, Between(begin, block), begin.Line + 1));
                fold = null;
            }
            else if (block is HeadingBlock { Level: <= 3 } heading)
            {
                if (fold is not null)
                {
                    throw Error(fold, Texts.FoldNotClosed);
                }

                if (TaskHeading().Match(MarkdownFormat.PlainText(heading)) is { Success: true } match)
                {
                    hints = [];
                    var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
                    tasks.Add(new StatementTask(number, match.Groups["title"].Value, hints, heading.Line + 1));
                }
            }
        }

        return fold is null ? tasks : throw Error(fold, Texts.FoldNotClosed);
    }

    private string Between(Block begin, Block end) => markdown[(begin.Span.End + 1)..end.Span.Start].Trim();

    private KataException Error(Block block, string problem) => new($"{file}({block.Line + 1}): {problem}");

    [GeneratedRegex("^(?:Task|任务) (?<number>[0-9]{1,2})[:：] *(?<title>.+)$")]
    private static partial Regex TaskHeading();
}
